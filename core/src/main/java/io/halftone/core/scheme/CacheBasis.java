package io.halftone.core.scheme;

/** What cached keys and values are kept in: an affine map per block and head, undone behind it. */
public enum CacheBasis {
  /** The channels as they are. */
  OWN,
  /**
   * Relative to the mean over calibration tokens. Keys less a constant add the same number to all
   * scores of a query, which the softmax does not see; what values lack comes back after they are
   * mixed, since the weights' sum is 1.
   */
  MEAN,
  /**
   * Relative to the mean, and whitened: (k − m)·C^(−1/2)·R with C the covariance over calibration
   * tokens and R a rotation, so that all channels of a token have one variance and one scale fits
   * them. Queries are multiplied by C^(1/2)·R, mixed values by its transpose. Small channels that
   * queries read loudly become as coarse as any other: meant for {@link CacheCodes#FEEDBACK}, which
   * weighs what is read.
   */
  WHITE
}
