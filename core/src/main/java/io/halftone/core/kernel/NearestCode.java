package io.halftone.core.kernel;

/** Rounds to a code with an addition instead of a conversion, as vector kernels do. */
final class NearestCode {
  /** 1.5 · 2^23: its sum with a small number has the number's nearest integer in the low bits. */
  private static final float ROUND = 12582912f;

  private static final int ROUND_BITS = Float.floatToRawIntBits(ROUND);

  private NearestCode() {}

  /** The integer of [0, top] nearest to a number of steps, ties to even; top for NaN. */
  static int of(float steps, int top) {
    int nearest = Float.floatToRawIntBits(steps + ROUND) - ROUND_BITS;
    return Math.max(0, Math.min(top, nearest));
  }
}
