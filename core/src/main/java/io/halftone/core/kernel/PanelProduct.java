package io.halftone.core.kernel;

import io.halftone.core.tensor.MatrixView;
import java.util.concurrent.ForkJoinPool;

/**
 * Matrix products over packed panels: for every block of k in ascending order, the right factor is
 * packed once and all output tiles are advanced by that block.
 */
final class PanelProduct {
  /**
   * Columns of a panel: its rows, eight at a time, and a row of C stay in the first-level cache.
   */
  static final int COLS = 256;

  /** Rows of a panel: 256 x 256 floats stay in the second-level cache. */
  static final int DEPTH = 256;

  /** Rows of an output tile: enough to hide the packing of buffers, few enough to share out. */
  static final int ROWS = 64;

  private interface Packing {
    void pack(int depthFrom, int depthTo, int colsFrom, int colsTo, float[] panel);
  }

  private final Kernels kernels;
  private final ForkJoinPool pool;

  PanelProduct(Kernels kernels, ForkJoinPool pool) {
    this.kernels = kernels;
    this.pool = pool;
  }

  void multiplyAdd(MatrixView a, MatrixView b, MatrixView c) {
    advance(
        a,
        c,
        (k0, k1, j0, j1, panel) -> kernels.packPanel(window(b, k0, j0, k1 - k0, j1 - j0), panel));
  }

  void multiplyTransposedAdd(MatrixView a, MatrixView b, MatrixView c) {
    advance(
        a,
        c,
        (k0, k1, j0, j1, panel) ->
            kernels.packPanelTransposed(window(b, j0, k0, j1 - j0, k1 - k0), panel));
  }

  private void advance(MatrixView a, MatrixView c, Packing packing) {
    if (c.rows() == 0 || c.cols() == 0 || a.cols() == 0) {
      return;
    }
    int depth = Math.min(DEPTH, a.cols());
    int panels = blocks(c.cols(), COLS);
    int bands = blocks(c.rows(), ROWS);
    float[][] packed = new float[panels][kernels.panelLength(depth, Math.min(COLS, c.cols()))];
    for (int k0 = 0; k0 < a.cols(); k0 += depth) {
      int from = k0;
      int to = Math.min(a.cols(), k0 + depth);
      ParallelTiles.run(
          pool,
          panels,
          p -> packing.pack(from, to, p * COLS, Math.min(c.cols(), (p + 1) * COLS), packed[p]));
      ParallelTiles.run(
          pool,
          Math.multiplyExact(panels, bands),
          tile -> {
            int p = tile / bands;
            int i = tile % bands * ROWS;
            int rows = Math.min(ROWS, c.rows() - i);
            int cols = Math.min(COLS, c.cols() - p * COLS);
            kernels.multiplyPanel(
                window(a, i, from, rows, to - from), packed[p], window(c, i, p * COLS, rows, cols));
          });
    }
  }

  static int blocks(int length, int size) {
    return (length + size - 1) / size;
  }

  private static MatrixView window(MatrixView view, int row, int col, int rows, int cols) {
    return new MatrixView(
        view.data(), view.offset() + row * view.stride() + col, view.stride(), rows, cols);
  }
}
