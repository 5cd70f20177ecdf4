package io.halftone.io.gguf.block;

/** Q8_0: the largest magnitude becomes ±127, ties go away from zero. */
final class Q8RowEncoder extends RowEncoder {
  /**
   * The float before one half: its sum with a number below 2^22 truncates to the nearest integer.
   */
  private static final float ALMOST_HALF = 0x1.fffffep-2f;

  Q8RowEncoder() {
    super(new Q8Layout(), FlatReference::bytes);
  }

  @Override
  void extremes(float[] x, int at, int blocks, float[] extreme) {
    for (int block = 0; block < blocks; block++) {
      extreme[block] = Float.intBitsToFloat(greatest(x, at + block * SIZE));
    }
  }

  /** Bits of floats without their sign are ordered as the floats are. */
  private static int greatest(float[] x, int at) {
    int a = 0;
    int b = 0;
    int c = 0;
    int d = 0;
    for (int i = at; i < at + SIZE; i += 4) {
      a = Math.max(a, Float.floatToRawIntBits(x[i]) & Integer.MAX_VALUE);
      b = Math.max(b, Float.floatToRawIntBits(x[i + 1]) & Integer.MAX_VALUE);
      c = Math.max(c, Float.floatToRawIntBits(x[i + 2]) & Integer.MAX_VALUE);
      d = Math.max(d, Float.floatToRawIntBits(x[i + 3]) & Integer.MAX_VALUE);
    }
    return Math.max(Math.max(a, b), Math.max(c, d));
  }

  @Override
  float step(float extreme) {
    return extreme / 127;
  }

  @Override
  void codes(float[] x, int at, int blocks, float[] inverse, byte[] target, int to) {
    for (int block = 0; block < blocks; block++) {
      codes(x, at + block * SIZE, inverse[block], target, to + block * bytes);
    }
  }

  private static void codes(float[] x, int at, float inverse, byte[] target, int to) {
    for (int i = 0; i < SIZE; i++) {
      float value = x[at + i] * inverse;
      target[to + i] = (byte) (int) (value + Math.copySign(ALMOST_HALF, value));
    }
  }
}
