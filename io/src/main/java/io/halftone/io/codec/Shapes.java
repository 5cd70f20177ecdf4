package io.halftone.io.codec;

import io.halftone.core.model.StoredTensor;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.Granularity;

/** Extents and orders of stored matrices. */
final class Shapes {
  private Shapes() {}

  /**
   * One extent of a tensor.
   *
   * @throws IllegalArgumentException if it is outside [1, 2^31 − 1]
   */
  static int extent(StoredTensor tensor, int dimension) {
    long extent = tensor.shape().get(dimension);
    if (extent < 1 || extent > Integer.MAX_VALUE) {
      throw LayerTensors.wrong(
          tensor, "shape " + tensor.shape(), "extents from 1 to " + Integer.MAX_VALUE);
    }
    return (int) extent;
  }

  /**
   * The cells of a weight [out, in] whose shape a tensor gives.
   *
   * @throws IllegalArgumentException if groups do not divide the input channels
   */
  static CellLayout cells(StoredTensor tensor, Granularity granularity, int out, int in) {
    if (granularity instanceof Granularity.PerGroup groups && in % groups.size() != 0) {
      throw LayerTensors.wrong(
          tensor, in + " input channels", "a multiple of the group size " + groups.size());
    }
    return granularity.layout(out, in);
  }

  /** [cols, rows] from [rows, cols]; a new array. */
  static float[] transpose(float[] values, int rows, int cols) {
    float[] result = new float[values.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < cols; c++) {
        result[c * rows + r] = values[r * cols + c];
      }
    }
    return result;
  }

  /** [cols, rows] from [rows, cols]; a new array. */
  static int[] transpose(int[] values, int rows, int cols) {
    int[] result = new int[values.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < cols; c++) {
        result[c * rows + r] = values[r * cols + c];
      }
    }
    return result;
  }
}
