package io.halftone.io.gguf.block;

import io.halftone.core.kernel.CodeMoments;

/**
 * Sums over the cells of a batch, one per cell: w importance, x weight, q level of the code.
 *
 * @param w Σ w
 * @param x Σ w·x
 * @param codes sums that depend on the codes
 */
record Moments(float[] w, float[] x, CodeMoments codes) {
  Moments(int cells) {
    this(new float[cells], new float[cells], new CodeMoments(cells));
  }

  /** Error of the cells [from, to). */
  float error(int from, int to) {
    float sum = 0;
    for (int cell = from; cell < to; cell++) {
      sum += codes.error()[cell];
    }
    return sum;
  }
}
