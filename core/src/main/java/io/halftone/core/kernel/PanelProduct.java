package io.halftone.core.kernel;

import io.halftone.core.tensor.MatrixView;
import java.util.concurrent.ForkJoinPool;

/**
 * Matrix products over packed panels: both factors are packed once, and every output tile is
 * advanced by one block of k after another, in ascending order.
 */
final class PanelProduct {
  private static final int DEPTH = Kernels.PANEL_DEPTH;

  /** Blocks of k whose right panels are packed together: four mebibytes for 512 columns. */
  private static final int BLOCKS = 4;

  /** Packs a factor's part with k in [k0, k1) and rows or columns of C in [from, to). */
  private interface Packing {
    void pack(int k0, int k1, int from, int to, float[] panel);
  }

  private final Kernels kernels;
  private final ForkJoinPool pool;
  private final int tileRows;
  private final int tileCols;

  PanelProduct(Kernels kernels, ForkJoinPool pool, TileShape tiles) {
    this.kernels = kernels;
    this.pool = pool;
    this.tileRows = tiles.rows();
    this.tileCols = tiles.cols();
  }

  /** C ← C + A·B. */
  void multiplyAdd(MatrixView a, MatrixView b, MatrixView c) {
    advance(a.cols(), left(a), right(b), c);
  }

  /** C ← C + A·Bᵀ. */
  void multiplyTransposedAdd(MatrixView a, MatrixView b, MatrixView c) {
    advance(a.cols(), left(a), rightTransposed(b), c);
  }

  /** C ← C + Aᵀ·B. */
  void transposedMultiplyAdd(MatrixView a, MatrixView b, MatrixView c) {
    advance(a.rows(), leftTransposed(a), right(b), c);
  }

  /** C ← C + Aᵀ·Bᵀ. */
  void transposedMultiplyTransposedAdd(MatrixView a, MatrixView b, MatrixView c) {
    advance(a.rows(), leftTransposed(a), rightTransposed(b), c);
  }

  private Packing left(MatrixView a) {
    return (k0, k1, i0, i1, panel) -> kernels.packLeft(window(a, i0, i1, k0, k1), panel);
  }

  private Packing leftTransposed(MatrixView a) {
    return (k0, k1, i0, i1, panel) -> kernels.packLeftTransposed(window(a, k0, k1, i0, i1), panel);
  }

  private Packing right(MatrixView b) {
    return (k0, k1, j0, j1, panel) -> kernels.packRight(window(b, k0, k1, j0, j1), panel);
  }

  private Packing rightTransposed(MatrixView b) {
    return (k0, k1, j0, j1, panel) -> kernels.packRightTransposed(window(b, j0, j1, k0, k1), panel);
  }

  private void advance(int depth, Packing left, Packing right, MatrixView c) {
    if (c.rows() == 0 || c.cols() == 0 || depth == 0) {
      return;
    }
    if (c.cols() <= tileCols) {
      advanceBands(depth, left, right, c);
    } else {
      advanceTiles(depth, left, right, c);
    }
  }

  /**
   * One tile of columns: a left panel is used once, so whoever packs it multiplies by it, and goes
   * on with the next of several blocks of k while its tile of C is in the cache.
   */
  private void advanceBands(int depth, Packing left, Packing right, MatrixView c) {
    int bands = blocks(c.rows(), tileRows);
    int deepest = Math.min(DEPTH, depth);
    int leftLength = kernels.leftLength(Math.min(tileRows, c.rows()), deepest);
    int rightLength = kernels.rightLength(deepest, c.cols());
    float[][] rights = new float[BLOCKS][];
    for (int from = 0; from < depth; from += BLOCKS * DEPTH) {
      int start = from;
      int end = Math.min(depth, from + BLOCKS * DEPTH);
      ParallelTiles.run(
          pool,
          blocks(end - start, DEPTH),
          block -> {
            int k0 = start + block * DEPTH;
            rights[block] = start == 0 ? new float[rightLength] : rights[block];
            right.pack(k0, Math.min(end, k0 + DEPTH), 0, c.cols(), rights[block]);
          });
      ParallelTiles.run(
          pool,
          bands,
          band -> {
            float[] panel = new float[leftLength];
            int row = band * tileRows;
            MatrixView tile = tile(c, row, 0);
            for (int k0 = start; k0 < end; k0 += DEPTH) {
              int k1 = Math.min(end, k0 + DEPTH);
              left.pack(k0, k1, row, row + tile.rows(), panel);
              kernels.multiplyPanels(panel, rights[(k0 - start) / DEPTH], k1 - k0, tile);
            }
          });
    }
  }

  /** Several tiles of columns: every left panel is packed once for all of them. */
  private void advanceTiles(int depth, Packing left, Packing right, MatrixView c) {
    int bands = blocks(c.rows(), tileRows);
    int columns = blocks(c.cols(), tileCols);
    int deepest = Math.min(DEPTH, depth);
    int leftLength = kernels.leftLength(Math.min(tileRows, c.rows()), deepest);
    int rightLength = kernels.rightLength(deepest, Math.min(tileCols, c.cols()));
    float[][] lefts = new float[bands][];
    float[][] rights = new float[columns][];
    for (int from = 0; from < depth; from += DEPTH) {
      int k0 = from;
      int k1 = Math.min(depth, from + DEPTH);
      ParallelTiles.run(
          pool,
          bands + columns,
          part -> {
            if (part < bands) {
              lefts[part] = k0 == 0 ? new float[leftLength] : lefts[part];
              left.pack(
                  k0, k1, part * tileRows, Math.min(c.rows(), (part + 1) * tileRows), lefts[part]);
            } else {
              int p = part - bands;
              rights[p] = k0 == 0 ? new float[rightLength] : rights[p];
              right.pack(k0, k1, p * tileCols, Math.min(c.cols(), (p + 1) * tileCols), rights[p]);
            }
          });
      ParallelTiles.run(
          pool,
          Math.multiplyExact(bands, columns),
          tile -> {
            int i = tile % bands;
            int j = tile / bands;
            kernels.multiplyPanels(
                lefts[i], rights[j], k1 - k0, tile(c, i * tileRows, j * tileCols));
          });
    }
  }

  private MatrixView tile(MatrixView c, int row, int col) {
    return window(
        c, row, Math.min(c.rows(), row + tileRows), col, Math.min(c.cols(), col + tileCols));
  }

  private static MatrixView window(MatrixView view, int row, int toRow, int col, int toCol) {
    int offset = view.offset() + row * view.stride() + col;
    return new MatrixView(view.data(), offset, view.stride(), toRow - row, toCol - col);
  }

  static int blocks(int length, int size) {
    return (length + size - 1) / size;
  }
}
