package io.halftone.core.format;

/** What becomes of NaN. */
public enum NanRule {
  /**
   * The format's own NaN, with the sign of the value where NaN has one: the highest mantissa bit
   * alone for {@link Specials#IEEE}, whatever the payload was.
   */
  KEEP,
  /** Positive zero, or the smallest value where there is no zero. */
  ZERO,
  /** An exception. */
  REFUSE
}
