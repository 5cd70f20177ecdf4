package io.halftone.core.kernel;

import io.halftone.core.tensor.SquareMatrix;

/** Makes a matrix symmetric: what is above the diagonal is copied below it, tile by tile. */
final class Mirror {
  /** Rows and columns turned at a time: whole cache lines are read and written. */
  private static final int LINE = 8;

  private final int n;
  private final double[] values;
  private final double[] lines = new double[LINE * LINE];

  /** A mirror for the use of one thread. */
  Mirror(SquareMatrix matrix) {
    this.n = matrix.size();
    this.values = matrix.values();
  }

  /** Copies what lies above the diagonal in rows [row, toRow) and columns [col, toCol). */
  void copy(int row, int toRow, int col, int toCol) {
    for (int c = col; c < toCol; c += LINE) {
      int endCol = Math.min(toCol, c + LINE);
      for (int r = row; r < Math.min(toRow, endCol); r += LINE) {
        int endRow = Math.min(toRow, r + LINE);
        if (endCol - c == LINE && endRow - r == LINE && endRow <= c) {
          turn(r, c);
        } else {
          copyElements(r, endRow, c, endCol);
        }
      }
    }
  }

  /** Whole lines go through a copy: lines a power of two apart evict each other. */
  private void turn(int row, int col) {
    for (int r = 0; r < LINE; r++) {
      int source = (row + r) * n + col;
      for (int c = 0; c < LINE; c++) {
        lines[c * LINE + r] = values[source + c];
      }
    }
    for (int c = 0; c < LINE; c++) {
      int target = (col + c) * n + row;
      for (int r = 0; r < LINE; r++) {
        values[target + r] = lines[c * LINE + r];
      }
    }
  }

  private void copyElements(int row, int toRow, int col, int toCol) {
    for (int r = row; r < toRow; r++) {
      for (int c = Math.max(col, r + 1); c < toCol; c++) {
        values[c * n + r] = values[r * n + c];
      }
    }
  }
}
