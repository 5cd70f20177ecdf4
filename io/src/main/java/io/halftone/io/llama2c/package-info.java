/** Checkpoints and vocabularies of llama2.c. */
package io.halftone.io.llama2c;
