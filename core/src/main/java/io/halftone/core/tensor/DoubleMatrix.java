package io.halftone.core.tensor;

/**
 * A dense row-major matrix of float64 values, for factorisations.
 *
 * @param rows number of rows
 * @param cols number of columns
 * @param values {@code rows * cols} values, shared, taken over without a copy
 */
public record DoubleMatrix(int rows, int cols, double[] values) {
  /** Validates the length. */
  public DoubleMatrix {
    if (rows < 0 || cols < 0 || values.length != (long) rows * cols) {
      throw new IllegalArgumentException(
          "values has "
              + values.length
              + " elements, a "
              + rows
              + " x "
              + cols
              + " matrix needs "
              + (long) rows * cols);
    }
  }

  /** A matrix of zeros. */
  public static DoubleMatrix zeros(int rows, int cols) {
    return new DoubleMatrix(rows, cols, new double[Math.multiplyExact(rows, cols)]);
  }

  /** The identity. */
  public static DoubleMatrix identity(int size) {
    DoubleMatrix identity = zeros(size, size);
    for (int i = 0; i < size; i++) {
      identity.values[i * size + i] = 1;
    }
    return identity;
  }

  /** The same values in double. */
  public static DoubleMatrix of(FloatMatrix matrix) {
    double[] values = new double[matrix.data().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = matrix.data()[i];
    }
    return new DoubleMatrix(matrix.rows(), matrix.cols(), values);
  }

  /** The element at a row and a column. */
  public double get(int row, int col) {
    return values[row * cols + col];
  }

  /** A deep copy. */
  public DoubleMatrix copy() {
    return new DoubleMatrix(rows, cols, values.clone());
  }

  /** The same values rounded to float32. */
  public FloatMatrix toFloat() {
    float[] data = new float[values.length];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) values[i];
    }
    return FloatMatrix.wrap(data, rows, cols);
  }
}
