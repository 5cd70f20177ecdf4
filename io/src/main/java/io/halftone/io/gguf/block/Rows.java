package io.halftone.io.gguf.block;

import io.halftone.core.tensor.FloatMatrix;

/** Checks of rows to encode. */
final class Rows {
  private Rows() {}

  static void requireFinite(FloatMatrix weight, int from, int to) {
    for (int row = from; row < to; row++) {
      requireFinite(weight, row);
    }
  }

  static void requireFinite(FloatMatrix weight, int row) {
    int start = weight.offset(row);
    float[] data = weight.data();
    for (int c = 0; c < weight.cols(); c++) {
      if (!(Math.abs(data[start + c]) <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "weight at row "
                + row
                + ", column "
                + c
                + " is "
                + data[start + c]
                + ", must be finite");
      }
    }
  }
}
