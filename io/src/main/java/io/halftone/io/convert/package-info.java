/**
 * Conversion between the formats of quantized checkpoints: what a checkpoint says of itself, which
 * layers another format holds exactly, what is lost otherwise, and which runtimes read the result.
 */
package io.halftone.io.convert;
