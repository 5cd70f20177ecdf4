package io.halftone.io.gguf.block;

/** Q4_0: the first weight with the largest magnitude becomes code 0, that is −8 steps. */
final class Q4RowEncoder extends RowEncoder {
  private static final int HALF = SIZE / 2;

  Q4RowEncoder() {
    super(FlatLayout.integers(FlatCodes.FOUR_BITS), FlatReference.symmetric(8));
  }

  /** As integers, bits of positive floats are ordered as the floats are, and negative ones less. */
  @Override
  int extreme(float[] x, int at) {
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
    positive = Math.max(positive, morePositive);
    negative = Math.max(negative, moreNegative);
    if (positive == negative) {
      return first(x, at, positive);
    }
    return positive > negative ? positive : negative | Integer.MIN_VALUE;
  }

  /** The first of two opposite extremes. */
  private static int first(float[] x, int at, int magnitude) {
    int i = at;
    while ((Float.floatToRawIntBits(x[i]) & Integer.MAX_VALUE) != magnitude) {
      i++;
    }
    return magnitude == 0 ? 0 : Float.floatToRawIntBits(x[i]);
  }

  @Override
  float step(float extreme) {
    return extreme / -8;
  }

  @Override
  void codes(float[] x, int at, float inverse, byte[] block, int to) {
    for (int i = 0; i < HALF; i++) {
      int low = Math.min(15, (int) (x[at + i] * inverse + 8.5f));
      int high = Math.min(15, (int) (x[at + HALF + i] * inverse + 8.5f));
      block[to + i] = (byte) (low | high << 4);
    }
  }
}
