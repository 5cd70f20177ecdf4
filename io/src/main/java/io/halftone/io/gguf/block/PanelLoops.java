package io.halftone.io.gguf.block;

/**
 * Loops over the lanes of a panel. Each works on separate arrays from index 0, which is what
 * compilers turn into vector code; no sum crosses lanes, so results do not depend on their width.
 */
final class PanelLoops {
  /** 1.5 · 2^23: adding and subtracting it rounds to the nearest integer, ties to even. */
  private static final float ROUND = 12582912f;

  private PanelLoops() {}

  /** Adds 0 for finite x, NaN for others. */
  static void addZeros(float[] x, float[] sum) {
    for (int s = 0; s < Panel.LANES; s++) {
      sum[s] += x[s] * 0;
    }
  }

  static void addSquares(float[] x, float[] sum) {
    for (int s = 0; s < Panel.LANES; s++) {
      sum[s] += x[s] * x[s];
    }
  }

  static void rootOfMean(float[] sum, int count) {
    for (int s = 0; s < Panel.LANES; s++) {
      sum[s] = (float) Math.sqrt(sum[s] / count);
    }
  }

  static void addMagnitudes(float[] x, float[] base, float[] result) {
    for (int s = 0; s < Panel.LANES; s++) {
      result[s] = base[s] + Math.abs(x[s]);
    }
  }

  static void addWeights(float[] x, float[] w, float[] sumW, float[] sumX) {
    for (int s = 0; s < Panel.LANES; s++) {
      sumW[s] += w[s];
      sumX[s] = Math.fma(w[s], x[s], sumX[s]);
    }
  }

  /** 1 / scale; 0 for scales that are not positive. */
  static void invert(float[] scale, float[] inverse) {
    for (int s = 0; s < Panel.LANES; s++) {
      inverse[s] = scale[s] > 0 ? 1 / scale[s] : 0;
    }
  }

  /**
   * The codes in [0, top] nearest to (x + offset) · inverse, in the lowest byte of the bits of the
   * floats written.
   */
  static void codes(float[] x, float[] inverse, float[] offset, float top, float[] code) {
    for (int s = 0; s < Panel.LANES; s++) {
      float steps = (x[s] + offset[s]) * inverse[s];
      code[s] = Math.max(0, Math.min(top, steps)) + ROUND;
    }
  }
}
