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
  /** Rows and columns turned at a time: whole cache lines are read and longer runs written. */
  private static final int TURNED_ROWS = 64;

  private static final int TURNED_COLS = 16;

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

  /** Makes rows [from, to) symmetric: what is above the diagonal is copied below it. */
  public void mirror(int from, int to) {
    double[] turned = new double[TURNED_ROWS * TURNED_COLS];
    for (int r0 = from; r0 < to; r0 += TURNED_COLS) {
      int r1 = Math.min(to, r0 + TURNED_COLS);
      for (int c0 = 0; c0 < r0; c0 += TURNED_ROWS) {
        turn(r0, r1, c0, Math.min(r0, c0 + TURNED_ROWS), turned);
      }
      for (int r = r0; r < r1; r++) {
        for (int c = r0; c < r; c++) {
          values[r * size + c] = values[c * size + r];
        }
      }
    }
  }

  /** Through a copy: rows a power of two apart evict each other from the cache. */
  private void turn(int r0, int r1, int c0, int c1, double[] turned) {
    for (int c = c0; c < c1; c++) {
      for (int r = r0; r < r1; r++) {
        turned[(r - r0) * TURNED_ROWS + c - c0] = values[c * size + r];
      }
    }
    for (int r = r0; r < r1; r++) {
      System.arraycopy(turned, (r - r0) * TURNED_ROWS, values, r * size + c0, c1 - c0);
    }
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
