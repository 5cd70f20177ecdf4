package io.halftone.quantizers.rounding;

import io.halftone.core.tensor.MatrixView;

/** A few columns of a tile of rows, transposed: one array per column. */
final class StripTile {
  /** Rows transposed at a time: a cache line of each stays in the first-level cache. */
  private static final int TRANSPOSED_ROWS = 8;

  private final int rows;
  private final float[][] compensated;
  private final float[][] error;
  private final float[][] code;
  private final float[] nearest;

  StripTile(int columns, int rows) {
    this.rows = rows;
    compensated = new float[columns][rows];
    error = new float[columns][rows];
    code = new float[columns][rows];
    nearest = new float[rows];
  }

  /** Column j as compensated so far, one value per row. */
  float[] compensated(int j) {
    return compensated[j];
  }

  /** The error of column j, its weight before {@link #setError}. */
  float[] error(int j) {
    return error[j];
  }

  /** The codes of column j. */
  float[] code(int j) {
    return code[j];
  }

  /** Room for the values of one column's codes. */
  float[] nearest() {
    return nearest;
  }

  void load(MatrixView open, MatrixView weight) {
    for (int first = 0; first < rows; first += TRANSPOSED_ROWS) {
      for (int j = 0; j < weight.cols(); j++) {
        copyColumn(open, j, first, compensated[j]);
        copyColumn(weight, j, first, error[j]);
      }
    }
  }

  private static void copyColumn(MatrixView from, int col, int first, float[] to) {
    float[] data = from.data();
    int stride = from.stride();
    int source = from.offset() + first * stride + col;
    if (first + TRANSPOSED_ROWS <= from.rows()) {
      for (int r = 0; r < TRANSPOSED_ROWS; r++) {
        to[first + r] = data[source + r * stride];
      }
    } else {
      for (int r = 0; first + r < from.rows(); r++) {
        to[first + r] = data[source + r * stride];
      }
    }
  }

  /** Column j, whose error array has held its weight, becomes these values. */
  void setError(int j, float[] values) {
    float[] target = error[j];
    for (int r = 0; r < target.length; r++) {
      target[r] -= values[r];
    }
  }

  void storeErrors(MatrixView to) {
    store(error, to);
  }

  void storeCompensated(MatrixView to) {
    store(compensated, to);
  }

  private static void store(float[][] from, MatrixView to) {
    for (int first = 0; first < to.rows(); first += TRANSPOSED_ROWS) {
      int count = Math.min(TRANSPOSED_ROWS, to.rows() - first);
      for (int j = 0; j < to.cols(); j++) {
        int target = to.offset() + first * to.stride() + j;
        storeColumn(from[j], first, count, to.data(), target, to.stride());
      }
    }
  }

  private static void storeColumn(
      float[] from, int first, int count, float[] to, int target, int stride) {
    if (count == TRANSPOSED_ROWS) {
      for (int r = 0; r < TRANSPOSED_ROWS; r++) {
        to[target + r * stride] = from[first + r];
      }
    } else {
      for (int r = 0; r < count; r++) {
        to[target + r * stride] = from[first + r];
      }
    }
  }

  void storeCodes(int columns, short[] codes, int at, int stride) {
    for (int first = 0; first < rows; first += TRANSPOSED_ROWS) {
      int count = Math.min(TRANSPOSED_ROWS, rows - first);
      for (int j = 0; j < columns; j++) {
        storeCodes(code[j], first, count, codes, at + first * stride + j, stride);
      }
    }
  }

  private static void storeCodes(
      float[] from, int first, int count, short[] to, int target, int stride) {
    if (count == TRANSPOSED_ROWS) {
      for (int r = 0; r < TRANSPOSED_ROWS; r++) {
        to[target + r * stride] = (short) from[first + r];
      }
    } else {
      for (int r = 0; r < count; r++) {
        to[target + r * stride] = (short) from[first + r];
      }
    }
  }
}
