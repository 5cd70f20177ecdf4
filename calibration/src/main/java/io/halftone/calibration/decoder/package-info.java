/**
 * Decoder language models run on Halftone's own kernels, one block at a time: float or with
 * quantized layers emulated exactly.
 */
package io.halftone.calibration.decoder;
