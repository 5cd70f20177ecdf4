package io.halftone.core.scheme;

/** The vector that cached keys and values are kept relative to. */
public enum CacheOrigin {
  /** The zero vector. */
  ZERO,
  /**
   * The mean over calibration tokens, a constant per block, head and channel. Keys less a constant
   * add the same number to all scores of a query, which the softmax does not see; what values lack
   * comes back after they are mixed, since the weights' sum is 1.
   */
  MEAN
}
