package io.halftone.io.gguf.block;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import java.util.Arrays;

/** One element of a product: a row of the weight with one token's inputs, in eight sums. */
@FunctionalInterface
interface LaneProduct {
  /**
   * Computes the element.
   *
   * @param lane eight zeros, overwritten
   */
  float of(int row, int token, float[] lane);

  /** All elements, [tokens, rows]; rows of the weight run in parallel. */
  default FloatMatrix all(int tokens, int rows, Compute compute) {
    FloatMatrix y = FloatMatrix.zeros(tokens, rows);
    compute.parallel(
        rows,
        row -> {
          float[] lane = new float[EightLanes.COUNT];
          for (int t = 0; t < tokens; t++) {
            Arrays.fill(lane, 0);
            y.set(t, row, of(row, t, lane));
          }
        });
    return y;
  }
}
