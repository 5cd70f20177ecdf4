package io.halftone.core.format;

/** Which bit patterns of a floating-point format stand for no finite value. */
public enum Specials {
  /** As IEEE 754: the top exponent holds the infinities (mantissa zero) and NaNs (all others). */
  IEEE,
  /** Finite and NaN: only the pattern of all ones below the sign is NaN; there is no infinity. */
  FN,
  /** Every pattern is a finite value. */
  FINITE
}
