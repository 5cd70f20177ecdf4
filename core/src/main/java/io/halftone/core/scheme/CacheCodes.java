package io.halftone.core.scheme;

/** How the codes of a cached key or value are chosen on its grid. */
public enum CacheCodes {
  /** The nearest ones. */
  NEAREST,
  /**
   * Channel by channel, each channel's rounding error moved to those not yet rounded as the Gram
   * matrix of what reads them asks: the queries for keys, the output linear's columns for values.
   */
  FEEDBACK
}
