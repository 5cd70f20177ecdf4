package io.halftone.core.kernel;

/** Cells of {@link Kernels#extremes} and {@link Kernels#nibbles}: the definition of their bits. */
final class NibbleCells {
  private static final int SIZE = Kernels.NIBBLE_CELL;
  private static final int HALF = SIZE / 2;

  private NibbleCells() {}

  /** As integers, bits of positive floats are ordered as the floats are, and negative ones less. */
  static float extreme(float[] x, int at) {
    int positive = 0;
    int negative = 0;
    int morePositive = 0;
    int moreNegative = 0;
    for (int i = at; i < at + SIZE; i += 2) {
      int first = Float.floatToRawIntBits(x[i]);
      int second = Float.floatToRawIntBits(x[i + 1]);
      positive = Math.max(positive, first);
      negative = Math.max(negative, first ^ Integer.MIN_VALUE);
      morePositive = Math.max(morePositive, second);
      moreNegative = Math.max(moreNegative, second ^ Integer.MIN_VALUE);
    }
    return SignedExtreme.of(
        Math.max(positive, morePositive), Math.max(negative, moreNegative), x, at);
  }

  static void nibbles(float[] x, int at, float inverse, byte[] bytes, int to) {
    for (int i = 0; i < HALF; i++) {
      int low = Math.min(15, (int) (x[at + i] * inverse + 8.5f));
      int high = Math.min(15, (int) (x[at + HALF + i] * inverse + 8.5f));
      bytes[to + i] = (byte) (low | high << 4);
    }
  }
}
