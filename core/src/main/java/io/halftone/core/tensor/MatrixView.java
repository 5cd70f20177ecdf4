package io.halftone.core.tensor;

/**
 * A rectangular window on a row-major array, without a copy: element (r, c) is {@code data[offset +
 * r * stride + c]}.
 *
 * @param data backing array, shared
 * @param offset index of element (0, 0)
 * @param stride distance between the starts of two rows, at least {@code cols}
 * @param rows number of rows
 * @param cols number of columns
 */
public record MatrixView(float[] data, int offset, int stride, int rows, int cols) {
  /** Validates that the window lies inside the array. */
  public MatrixView {
    if (rows < 0 || cols < 0 || offset < 0 || stride < cols) {
      throw new IllegalArgumentException(
          "window " + rows + " x " + cols + " at offset " + offset + " with stride " + stride);
    }
    if (rows > 0 && offset + (long) (rows - 1) * stride + cols > data.length) {
      throw new IllegalArgumentException(
          "window "
              + rows
              + " x "
              + cols
              + " at offset "
              + offset
              + " with stride "
              + stride
              + " exceeds an array of "
              + data.length);
    }
  }

  /** The whole matrix as a window. */
  public static MatrixView of(FloatMatrix matrix) {
    return new MatrixView(matrix.data(), 0, matrix.cols(), matrix.rows(), matrix.cols());
  }

  /** The window of rows [row, row + rows) and columns [col, col + cols) of a matrix. */
  public static MatrixView of(FloatMatrix matrix, int row, int col, int rows, int cols) {
    return new MatrixView(matrix.data(), row * matrix.cols() + col, matrix.cols(), rows, cols);
  }
}
