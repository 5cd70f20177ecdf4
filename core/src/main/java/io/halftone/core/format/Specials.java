package io.halftone.core.format;

/** Which bit patterns of a floating-point format stand for no finite value. */
public enum Specials {
  /** As IEEE 754: the top exponent holds the infinities (mantissa zero) and NaNs (all others). */
  IEEE,
  /** Finite and NaN: only the pattern of all ones below the sign is NaN; there is no infinity. */
  FN,
  /**
   * Finite, NaN and unsigned zero: the pattern that would be −0 is the only NaN; there is no
   * infinity and no −0.
   *
   * @see <a href="https://arxiv.org/abs/2206.02915">Noune et al., 8-bit Numerical Formats for Deep
   *     Neural Networks, 2022</a>
   */
  FNUZ,
  /** Every pattern is a finite value. */
  FINITE
}
