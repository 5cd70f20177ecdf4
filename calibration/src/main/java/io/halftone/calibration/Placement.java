package io.halftone.calibration;

/** Where a site's transform ended. */
public enum Placement {
  /** There is none. */
  NONE,
  /** Merged into the operation that writes the tensor. */
  FOLDED,
  /** An explicit operation in front of the linears. */
  ONLINE
}
