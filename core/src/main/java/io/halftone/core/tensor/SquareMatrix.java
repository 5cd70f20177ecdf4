package io.halftone.core.tensor;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A dense square matrix of float64 values, row-major, for second moments and their factors.
 *
 * @param size number of rows and of columns, at most 46,340
 * @param values {@code size * size} values, shared, taken over without a copy
 */
public record SquareMatrix(int size, double[] values) {
  /** Validates the length. */
  public SquareMatrix {
    if (size < 0 || values.length != (long) size * size) {
      throw new IllegalArgumentException(
          "values has "
              + values.length
              + " elements, a square matrix of size "
              + size
              + " needs "
              + (long) size * size);
    }
  }

  /** A matrix of zeros. */
  public static SquareMatrix zeros(int size) {
    if ((long) size * size > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("size is " + size + ", at most 46340 fits one array");
    }
    return new SquareMatrix(size, new double[size * size]);
  }

  /** The element at a row and a column. */
  public double get(int row, int col) {
    return values[row * size + col];
  }

  /** A deep copy. */
  public SquareMatrix copy() {
    return new SquareMatrix(size, values.clone());
  }

  /** The same values rounded to float32. */
  public FloatMatrix toFloat() {
    float[] data = new float[values.length];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) values[i];
    }
    return FloatMatrix.wrap(data, size, size);
  }

  /** The mean of the diagonal; 0 for an empty matrix. */
  public double meanDiagonal() {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += values[i * size + i];
    }
    return size == 0 ? 0 : sum / size;
  }

  /** Indices by falling diagonal, equal ones as they stand. */
  public int[] byFallingDiagonal() {
    return IntStream.range(0, size)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer j) -> get(j, j)).reversed())
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
