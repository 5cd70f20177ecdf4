package io.halftone.core.model;

/** Which transforms the producer of a site's tensor can take into its own weights. */
public enum Absorbs {
  /** None: the transform stays online. */
  NOTHING,
  /** A factor per channel. */
  DIAGONAL,
  /** A factor and an offset per channel. */
  AFFINE,
  /** Any transform that keeps attention heads apart. */
  PER_HEAD,
  /** Any transform. */
  ANY
}
