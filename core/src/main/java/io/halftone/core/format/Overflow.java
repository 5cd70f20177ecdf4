package io.halftone.core.format;

/**
 * What becomes of a value outside a format's finite range.
 *
 * <p>A value is outside when, rounded as if the format went on, it lies beyond the last finite
 * value: 464 rounds to 448 in E4M3FN and is inside, the next float is not. Tables do not go on, and
 * infinities are always outside.
 */
public enum Overflow {
  /** The last finite value on that side. */
  SATURATE,
  /** The infinity of that sign, or NaN in a format without infinities. */
  SPECIAL,
  /** An exception. */
  REFUSE
}
