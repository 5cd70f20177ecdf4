package io.halftone.core.scheme;

/** When the scales of a tensor are determined. */
public enum Timing {
  /** Once, from calibration or from the weight itself. */
  STATIC,
  /** At run time, from the tensor at hand. */
  DYNAMIC
}
