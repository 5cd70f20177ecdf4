package io.halftone.calibration.decoder;

/** The formula of a normalisation. */
public enum NormKind {
  /** x / √(mean x² + ε) · w. */
  RMS,
  /** x / √(mean x² + ε) · (1 + w). */
  RMS_ONE_PLUS,
  /** (x − mean x) / √(var x + ε) · w + b. */
  LAYER
}
