package io.halftone.io.gguf.block;

/** The reference's ways from float to integer. */
final class Rounding {
  /** 1.5 · 2^23: its sum with a small number has the number's nearest integer in the low bits. */
  private static final float INTEGER_IN_LOW_BITS = 12582912f;

  private static final int LOW_BITS = 0x7fffff;
  private static final int ZERO = 0x400000;

  private Rounding() {}

  /** Nearest, ties to even; wraps around beyond ±2^22, as the reference does. */
  static int nearest(float value) {
    return (Float.floatToRawIntBits(value + INTEGER_IN_LOW_BITS) & LOW_BITS) - ZERO;
  }

  /** Nearest, ties away from zero. */
  static int halfAway(float value) {
    int whole = (int) value;
    float rest = value - whole;
    return Math.abs(rest) < 0.5f ? whole : whole + (rest < 0 ? -1 : 1);
  }

  static int clamp(int value, int least, int greatest) {
    return Math.max(least, Math.min(greatest, value));
  }
}
