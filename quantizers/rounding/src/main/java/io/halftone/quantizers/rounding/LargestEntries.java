package io.halftone.quantizers.rounding;

import io.halftone.core.quantized.SparseTensor;
import io.halftone.core.tensor.FloatMatrix;
import java.util.Arrays;

/** Hard thresholding: keeps the entries of largest magnitude and clears the others. */
final class LargestEntries {
  private LargestEntries() {}

  /**
   * Clears all but {@code count} entries; among equal magnitudes the first in row-major order stay.
   *
   * @param matrix read and written
   */
  static void keep(FloatMatrix matrix, int count) {
    float[] data = matrix.data();
    float[] magnitude = new float[data.length];
    for (int i = 0; i < data.length; i++) {
      magnitude[i] = Math.abs(data[i]);
    }
    Arrays.sort(magnitude);
    float threshold = count == 0 ? Float.POSITIVE_INFINITY : magnitude[data.length - count];
    int above = 0;
    for (float value : magnitude) {
      above += value > threshold ? 1 : 0;
    }
    int ties = count - above;
    for (int i = 0; i < data.length; i++) {
      boolean tie = Math.abs(data[i]) == threshold;
      if (tie && ties > 0) {
        ties--;
      } else if (tie || Math.abs(data[i]) < threshold) {
        data[i] = 0;
      }
    }
  }

  /** The entries that are not zero. */
  static SparseTensor sparse(FloatMatrix matrix) {
    int[] rowStart = new int[matrix.rows() + 1];
    int[] column = new int[matrix.data().length];
    float[] value = new float[matrix.data().length];
    int entries = 0;
    for (int r = 0; r < matrix.rows(); r++) {
      for (int c = 0; c < matrix.cols(); c++) {
        if (matrix.get(r, c) != 0) {
          column[entries] = c;
          value[entries] = matrix.get(r, c);
          entries++;
        }
      }
      rowStart[r + 1] = entries;
    }
    return new SparseTensor(
        matrix.rows(),
        matrix.cols(),
        rowStart,
        Arrays.copyOf(column, entries),
        Arrays.copyOf(value, entries));
  }
}
