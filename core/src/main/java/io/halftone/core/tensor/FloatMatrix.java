package io.halftone.core.tensor;

import java.util.Arrays;
import java.util.Objects;

/**
 * A dense row-major matrix of float32 values, the only dense array type of the library.
 *
 * <p>Holds {@code rows * cols} values, at most 2^31 - 1. The backing array is shared on purpose:
 * kernels read and write it in place. Not safe for concurrent writes to the same element.
 */
public final class FloatMatrix {
  private final float[] data;
  private final int rows;
  private final int cols;

  private FloatMatrix(float[] data, int rows, int cols) {
    this.data = data;
    this.rows = rows;
    this.cols = cols;
  }

  /**
   * Views an array as a matrix without copying it.
   *
   * @param data row-major values, shared with the matrix; length {@code rows * cols}
   * @param rows number of rows, not negative
   * @param cols number of columns, not negative
   * @throws IllegalArgumentException if the length does not match the shape
   */
  public static FloatMatrix wrap(float[] data, int rows, int cols) {
    Objects.requireNonNull(data, "data");
    if (rows < 0 || cols < 0 || data.length != (long) rows * cols) {
      throw new IllegalArgumentException(
          "data has "
              + data.length
              + " values, a "
              + rows
              + " x "
              + cols
              + " matrix needs "
              + (long) rows * cols);
    }
    return new FloatMatrix(data, rows, cols);
  }

  /**
   * Creates a matrix of zeros.
   *
   * @throws IllegalArgumentException if {@code rows * cols} exceeds 2^31 - 1
   */
  public static FloatMatrix zeros(int rows, int cols) {
    if (rows < 0 || cols < 0 || (long) rows * cols > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a " + rows + " x " + cols + " matrix does not fit one array; read it in row slabs");
    }
    return new FloatMatrix(new float[rows * cols], rows, cols);
  }

  /** Number of rows. */
  public int rows() {
    return rows;
  }

  /** Number of columns. */
  public int cols() {
    return cols;
  }

  /** The backing array, shared, row-major. */
  public float[] data() {
    return data;
  }

  /** Index in {@link #data()} of the first element of a row. */
  public int offset(int row) {
    return row * cols;
  }

  /** The element at a row and a column. */
  public float get(int row, int col) {
    return data[Objects.checkIndex(row, rows) * cols + Objects.checkIndex(col, cols)];
  }

  /** Writes the element at a row and a column. */
  public void set(int row, int col, float value) {
    data[Objects.checkIndex(row, rows) * cols + Objects.checkIndex(col, cols)] = value;
  }

  /** A deep copy. */
  public FloatMatrix copy() {
    return new FloatMatrix(data.clone(), rows, cols);
  }

  /** A copy of rows {@code from} (inclusive) to {@code to} (exclusive). */
  public FloatMatrix rows(int from, int to) {
    Objects.checkFromToIndex(from, to, rows);
    return new FloatMatrix(Arrays.copyOfRange(data, from * cols, to * cols), to - from, cols);
  }

  /** A copy of the named columns, in the given order. */
  public FloatMatrix columns(int[] keep) {
    FloatMatrix result = zeros(rows, keep.length);
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < keep.length; c++) {
        result.data[r * keep.length + c] = data[r * cols + Objects.checkIndex(keep[c], cols)];
      }
    }
    return result;
  }

  /** The transposed copy. Cost O(rows * cols), in tiles. */
  public FloatMatrix transpose() {
    FloatMatrix result = zeros(cols, rows);
    final int tile = 32;
    for (int r0 = 0; r0 < rows; r0 += tile) {
      for (int c0 = 0; c0 < cols; c0 += tile) {
        for (int r = r0; r < Math.min(rows, r0 + tile); r++) {
          for (int c = c0; c < Math.min(cols, c0 + tile); c++) {
            result.data[c * rows + r] = data[r * cols + c];
          }
        }
      }
    }
    return result;
  }

  @Override
  public String toString() {
    return "FloatMatrix[" + rows + " x " + cols + "]";
  }
}
