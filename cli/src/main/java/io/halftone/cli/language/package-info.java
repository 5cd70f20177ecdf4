/** Language models on disk: opened, quantized block by block, resumed and verified. */
package io.halftone.cli.language;
