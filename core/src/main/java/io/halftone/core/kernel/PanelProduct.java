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

  /** Packs the left factor's part with k in [k0, k1) and rows of C in [i0, i1). */
  private interface LeftPacking {
    void pack(int k0, int k1, int i0, int i1, float[] left);
  }

  /** Packs the right factor's part with k in [k0, k1) and columns of C in [j0, j1). */
  private interface RightPacking {
    void pack(int k0, int k1, int j0, int j1, float[] right, int at);
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

  private LeftPacking left(MatrixView a) {
    return (k0, k1, i0, i1, left) -> kernels.packLeft(window(a, i0, i1, k0, k1), left);
  }

  private LeftPacking leftTransposed(MatrixView a) {
    return (k0, k1, i0, i1, left) -> kernels.packLeftTransposed(window(a, k0, k1, i0, i1), left);
  }

  private RightPacking right(MatrixView b) {
    return (k0, k1, j0, j1, right, at) -> kernels.packRight(window(b, k0, k1, j0, j1), right, at);
  }

  private RightPacking rightTransposed(MatrixView b) {
    return (k0, k1, j0, j1, right, at) ->
        kernels.packRightTransposed(window(b, j0, j1, k0, k1), right, at);
  }

  private void advance(int depth, LeftPacking left, RightPacking right, MatrixView c) {
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
  private void advanceBands(int depth, LeftPacking left, RightPacking right, MatrixView c) {
    int bands = blocks(c.rows(), tileRows);
    int deepest = Math.min(DEPTH, depth);
    int leftLength = kernels.leftLength(Math.min(tileRows, c.rows()), deepest);
    int rightLength = kernels.rightLength(deepest, c.cols());
    int blocks = Math.min(BLOCKS, blocks(depth, DEPTH));
    float[] rights = new float[rightsLength(blocks, rightLength)];
    for (int from = 0; from < depth; from += BLOCKS * DEPTH) {
      int start = from;
      int end = Math.min(depth, from + BLOCKS * DEPTH);
      ParallelTiles.run(
          pool,
          blocks(end - start, DEPTH),
          block -> {
            int k0 = start + block * DEPTH;
            int at = CacheLine.FIRST_FLOAT + block * rightLength;
            right.pack(k0, Math.min(end, k0 + DEPTH), 0, c.cols(), rights, at);
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
              int at = CacheLine.FIRST_FLOAT + (k0 - start) / DEPTH * rightLength;
              kernels.multiplyPanels(panel, rights, at, k1 - k0, tile);
            }
          });
    }
  }

  /** Several tiles of columns: every left panel is packed once for all of them. */
  private void advanceTiles(int depth, LeftPacking left, RightPacking right, MatrixView c) {
    int bands = blocks(c.rows(), tileRows);
    int columns = blocks(c.cols(), tileCols);
    int deepest = Math.min(DEPTH, depth);
    int leftLength = kernels.leftLength(Math.min(tileRows, c.rows()), deepest);
    int rightLength = kernels.rightLength(deepest, Math.min(tileCols, c.cols()));
    float[][] lefts = new float[bands][];
    float[] rights = new float[rightsLength(columns, rightLength)];
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
              int at = CacheLine.FIRST_FLOAT + p * rightLength;
              right.pack(k0, k1, p * tileCols, Math.min(c.cols(), (p + 1) * tileCols), rights, at);
            }
          });
      ParallelTiles.run(
          pool,
          Math.multiplyExact(bands, columns),
          tile -> {
            int i = tile % bands;
            int j = tile / bands;
            int at = CacheLine.FIRST_FLOAT + j * rightLength;
            kernels.multiplyPanels(
                lefts[i], rights, at, k1 - k0, tile(c, i * tileRows, j * tileCols));
          });
    }
  }

  /** One array, since large ones begin a cache line. */
  private static int rightsLength(int panels, int length) {
    return Math.addExact(CacheLine.FIRST_FLOAT, Math.multiplyExact(panels, length));
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
