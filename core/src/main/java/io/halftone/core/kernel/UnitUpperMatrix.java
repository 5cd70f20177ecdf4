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

  /** Rows rounded by one thread at a time. */
  private static final int ROWS = 64;

  private final int size;
  private final float[][] panels;

  private UnitUpperMatrix(int size, float[][] panels) {
    this.size = size;
    this.panels = panels;
  }

  static UnitUpperMatrix of(UnitUpperFactor factor, Compute compute) {
    int n = factor.size();
    float[][] panels = new float[PanelProduct.blocks(n, COLS)][];
    UnitUpperMatrix upper = new UnitUpperMatrix(n, panels);
    compute.parallel(
        panels.length,
        p -> panels[p] = new float[Math.multiplyExact(upper.end(p), upper.end(p) - p * COLS)]);
    compute.parallel(
        PanelProduct.blocks(n, ROWS),
        band -> upper.round(factor, band * ROWS, Math.min(n, (band + 1) * ROWS)));
    return upper;
  }

  /** Rows [from, to) of U. */
  private void round(UnitUpperFactor factor, int from, int to) {
    for (int p = from / COLS; p < panels.length; p++) {
      int width = end(p) - p * COLS;
      for (int row = from; row < Math.min(to, end(p)); row++) {
        factor.copyRow(row, p * COLS, end(p), panels[p], row * width);
      }
    }
  }

  /** Number n of rows and of columns. */
  public int size() {
    return size;
  }

  /**
   * A window that does not reach below the rows of the triangle: rows [row, row + rows) and columns
   * [col, col + cols), the values below the diagonal 0.
   *
   * @param rows such that row + rows is at most col + cols
   * @param cols at least 1
   * @return shared and not to be written, or a copy where columns of several panels meet
   */
  public MatrixView window(int row, int rows, int col, int cols) {
    if (row < 0 || rows < 0 || cols < 1 || row + rows > col + cols || col + cols > size) {
      throw new IllegalArgumentException(
          rows + " rows from " + row + ", " + cols + " columns from " + col + " of " + size);
    }
    if (col + cols <= end(col / COLS)) {
      return inPanel(row, rows, col, cols);
    }
    return MatrixView.of(copy(row, rows, col, cols));
  }

  /** The whole matrix, zeros below its diagonal, in n² floats of its own. */
  public FloatMatrix toMatrix() {
    return copy(0, size, 0, size);
  }

  private FloatMatrix copy(int row, int rows, int col, int cols) {
    FloatMatrix copy = FloatMatrix.zeros(rows, cols);
    for (int from = col; from < col + cols; from = end(from / COLS)) {
      int width = Math.min(col + cols, end(from / COLS)) - from;
      int depth = Math.min(rows, from + width - row);
      for (int r = 0; r < depth; r++) {
        MatrixView source = inPanel(row + r, 1, from, width);
        System.arraycopy(
            source.data(), source.offset(), copy.data(), copy.offset(r) + from - col, width);
      }
    }
    return copy;
  }

  private MatrixView inPanel(int row, int rows, int col, int cols) {
    int first = col / COLS * COLS;
    int stride = end(col / COLS) - first;
    return new MatrixView(panels[col / COLS], row * stride + col - first, stride, rows, cols);
  }

  private int end(int panel) {
    return Math.min(size, (panel + 1) * COLS);
  }
}
