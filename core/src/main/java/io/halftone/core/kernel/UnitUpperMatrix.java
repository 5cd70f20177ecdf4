package io.halftone.core.kernel;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;

/**
 * A unit upper triangular matrix U of floats, packed in panels of columns that are as deep as their
 * last column: n²/2 floats in all.
 *
 * <p>Immutable.
 */
public final class UnitUpperMatrix {
  /** Columns of a panel. */
  private static final int COLS = 512;

  private final int size;
  private final float[][] panels;

  private UnitUpperMatrix(int size, float[][] panels) {
    this.size = size;
    this.panels = panels;
  }

  static UnitUpperMatrix of(UnitUpperFactor factor, Compute compute) {
    int n = factor.size();
    float[][] panels = new float[PanelProduct.blocks(n, COLS)][];
    compute.parallel(
        panels.length,
        p -> {
          int from = p * COLS;
          int end = Math.min(n, from + COLS);
          float[] panel = new float[Math.multiplyExact(end, end - from)];
          for (int row = 0; row < end; row++) {
            factor.copyRow(row, from, end, panel, row * (end - from));
          }
          panels[p] = panel;
        });
    return new UnitUpperMatrix(n, panels);
  }

  /** Number n of rows and of columns. */
  public int size() {
    return size;
  }

  /**
   * C ← C + A·U[row.., col..], the part of U that lies above the diagonal; chains as in {@link
   * LinearAlgebra#multiplyAdd}.
   *
   * @param a [m, k], read
   * @param row first row of U
   * @param col first column of U, at least row + k
   * @param c [m, n], read and written
   */
  public void multiplyAdd(LinearAlgebra algebra, MatrixView a, int row, int col, MatrixView c) {
    if (row < 0 || row + a.cols() > col || col + c.cols() > size) {
      throw new IllegalArgumentException(
          "rows from " + row + ", columns from " + col + " of a triangle of size " + size);
    }
    for (int from = col; from < col + c.cols(); from = end(from / COLS)) {
      int width = Math.min(col + c.cols(), end(from / COLS)) - from;
      MatrixView target =
          new MatrixView(c.data(), c.offset() + from - col, c.stride(), c.rows(), width);
      algebra.multiplyAdd(a, window(row, a.cols(), from, width), target);
    }
  }

  /** U[from..to, from..to), zeros below the diagonal. */
  public FloatMatrix block(int from, int to) {
    FloatMatrix block = FloatMatrix.zeros(to - from, to - from);
    for (int col = from; col < to; col = Math.min(to, end(col / COLS))) {
      int width = Math.min(to, end(col / COLS)) - col;
      for (int row = from; row < col + width; row++) {
        MatrixView source = window(row, 1, col, width);
        int target = block.offset(row - from) + col - from;
        System.arraycopy(source.data(), source.offset(), block.data(), target, width);
      }
    }
    return block;
  }

  /** Rows [row, row + rows) and columns [col, col + cols), which lie in one panel. */
  private MatrixView window(int row, int rows, int col, int cols) {
    int first = col / COLS * COLS;
    int stride = end(col / COLS) - first;
    return new MatrixView(panels[col / COLS], row * stride + col - first, stride, rows, cols);
  }

  private int end(int panel) {
    return Math.min(size, (panel + 1) * COLS);
  }
}
