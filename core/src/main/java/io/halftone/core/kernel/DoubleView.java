package io.halftone.core.kernel;

/**
 * A rectangular window on a row-major array of float64 values, without a copy: element (r, c) is
 * {@code data[offset + r * stride + c]}.
 *
 * @param data backing array, shared
 * @param offset index of element (0, 0)
 * @param stride distance between the starts of two rows, at least {@code cols}
 * @param rows number of rows
 * @param cols number of columns
 */
public record DoubleView(double[] data, int offset, int stride, int rows, int cols) {
  /** Validates that the window lies inside the array. */
  public DoubleView {
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
}
