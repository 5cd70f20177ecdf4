package io.halftone.core.kernel;

/** How far a value is from the nearest value of an integer grid. */
public final class GridResidual {
  /** Adding and subtracting 1.5·2^23 rounds a float below 2^22 to an integer, ties to even. */
  public static final float ROUND = 0x1.8p23f;

  /** Its bits; one more is the next integer, and the order of bits is that of floats. */
  public static final int ROUND_BITS = Float.floatToRawIntBits(ROUND);

  private GridResidual() {}

  /**
   * (q − shift)·scale − value, every operation rounded, q the integer of [low, high] nearest to
   * fma(value, inverse, shift). Where that is a tie, or next to one, q may be the other of two
   * codes that are as near as rounding can tell.
   *
   * @param inverse 1 / scale, finite
   * @param low above −2^22
   * @param high below 2^22
   */
  public static float of(float value, float scale, float inverse, float shift, int low, int high) {
    int steps = Float.floatToRawIntBits(Math.fma(value, inverse, shift) + ROUND);
    int nearest = Math.max(ROUND_BITS + low, Math.min(ROUND_BITS + high, steps));
    return (Float.intBitsToFloat(nearest) - ROUND - shift) * scale - value;
  }
}
