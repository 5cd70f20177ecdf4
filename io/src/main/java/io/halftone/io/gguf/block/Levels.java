package io.halftone.io.gguf.block;

/** Values of codes on the unit grid. */
final class Levels {
  /** Two's complement bytes. */
  static final float[] SIGNED_BYTES = signedBytes();

  /** The non-uniform levels of IQ4_NL. */
  static final float[] NON_LINEAR = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  /** E2M1, doubled so that all are integers. */
  static final float[] DOUBLED_E2M1 = {0, 1, 2, 3, 4, 6, 8, 12, -0f, -1, -2, -3, -4, -6, -8, -12};

  private Levels() {}

  /** code − zero for 0 ≤ code &lt; 2^bits. */
  static float[] integers(int bits, int zero) {
    float[] levels = new float[1 << bits];
    for (int code = 0; code < levels.length; code++) {
      levels[code] = code - zero;
    }
    return levels;
  }

  private static float[] signedBytes() {
    float[] levels = new float[256];
    for (int code = 0; code < levels.length; code++) {
      levels[code] = (byte) code;
    }
    return levels;
  }
}
