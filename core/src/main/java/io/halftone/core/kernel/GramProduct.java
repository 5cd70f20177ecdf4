package io.halftone.core.kernel;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import io.halftone.core.tensor.SquareMatrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;

/**
 * G ← G + XᵀX: float chains inside chunks of 256 tokens, chunks added in double in order.
 *
 * <p>Only tiles that touch the upper triangle are computed, from a few columns before the diagonal
 * on; the lower one is a copy, exact because a product does not depend on the order of its factors.
 */
final class GramProduct {
  /** Tokens of one float chain; part of the definition of the result. */
  static final int CHUNK = 256;

  /** Chunks that a tile takes in while it stays in the second-level cache. */
  private static final int CHUNKS = 4;

  /** Rows of a tile: whole register tiles, and little of the lower triangle. */
  private static final int ROWS = 56;

  /** Columns of a tile. */
  private static final int COLS = 512;

  /** Rows and columns of a block that is copied to the other side of the diagonal. */
  private static final int MIRRORED = 32;

  private final Kernels kernels;
  private final ForkJoinPool pool;

  GramProduct(Kernels kernels, ForkJoinPool pool) {
    this.kernels = kernels;
    this.pool = pool;
  }

  /** Rows [row, toRow) and columns [col, toCol) of G, the columns inside one right panel. */
  private record Tile(int row, int toRow, int col, int toCol) {
    int rows() {
      return toRow - row;
    }

    int cols() {
      return toCol - col;
    }
  }

  void add(FloatMatrix x, SquareMatrix gram) {
    int n = x.cols();
    if (n == 0 || x.rows() == 0) {
      return;
    }
    int bands = PanelProduct.blocks(n, ROWS);
    int columns = PanelProduct.blocks(n, COLS);
    int depth = Math.min(CHUNK, x.rows());
    int chunks = Math.min(CHUNKS, PanelProduct.blocks(x.rows(), CHUNK));
    int leftLength = kernels.leftLength(Math.min(ROWS, n), depth);
    int rightLength = kernels.rightLength(depth, Math.min(COLS, n));
    float[][][] lefts = new float[bands][][];
    float[][][] rights = new float[columns][][];
    List<Tile> tiles = tiles(n);
    for (int from = 0; from < x.rows(); from += CHUNKS * CHUNK) {
      int first = from;
      int tokens = Math.min(CHUNKS * CHUNK, x.rows() - from);
      ParallelTiles.run(
          pool,
          bands + columns,
          part -> {
            if (first == 0 && part < bands) {
              lefts[part] = new float[chunks][leftLength];
            } else if (first == 0) {
              rights[part - bands] = new float[chunks][rightLength];
            }
            for (int t = 0; t < tokens; t += CHUNK) {
              int rows = Math.min(CHUNK, tokens - t);
              if (part < bands) {
                MatrixView block = columns(x, first + t, rows, part * ROWS, ROWS);
                kernels.packLeftTransposed(block, lefts[part][t / CHUNK]);
              } else {
                int p = part - bands;
                MatrixView block = columns(x, first + t, rows, p * COLS, COLS);
                kernels.packRight(block, rights[p][t / CHUNK]);
              }
            }
          });
      ParallelTiles.run(
          pool,
          tiles.size(),
          index -> {
            Tile tile = tiles.get(index);
            addChunks(lefts[tile.row() / ROWS], rights[tile.col() / COLS], tokens, tile, gram);
          });
    }
    int blocks = PanelProduct.blocks(n, MIRRORED);
    ParallelTiles.run(pool, blocks, band -> mirror(gram, band * MIRRORED));
  }

  /** The upper triangle, one column of tiles after another. */
  private static List<Tile> tiles(int n) {
    List<Tile> tiles = new ArrayList<>();
    for (int first = 0; first < n; first += COLS) {
      int end = Math.min(n, first + COLS);
      for (int row = 0; row < end; row += ROWS) {
        int col = Math.max(first, row - row % Kernels.PANEL_STEP);
        tiles.add(new Tile(row, Math.min(n, row + ROWS), col, end));
      }
    }
    return tiles;
  }

  private static MatrixView columns(FloatMatrix x, int token, int tokens, int from, int width) {
    return MatrixView.of(x, token, from, tokens, Math.min(width, x.cols() - from));
  }

  private void addChunks(
      float[][] left, float[][] right, int tokens, Tile tile, SquareMatrix gram) {
    int panelCols = Math.min(COLS, gram.size() - tile.col() / COLS * COLS);
    int cols = tile.cols();
    MatrixView sums = new MatrixView(new float[tile.rows() * cols], 0, cols, tile.rows(), cols);
    for (int t = 0; t < tokens; t += CHUNK) {
      Arrays.fill(sums.data(), 0);
      int depth = Math.min(CHUNK, tokens - t);
      int chunk = t / CHUNK;
      kernels.multiplyPanels(left[chunk], right[chunk], panelCols, tile.col() % COLS, depth, sums);
      addUpper(sums, gram, tile);
    }
  }

  private void addUpper(MatrixView sums, SquareMatrix gram, Tile tile) {
    for (int r = 0; r < sums.rows(); r++) {
      int target = (tile.row() + r) * gram.size() + tile.col();
      int c = Math.min(sums.cols(), Math.max(0, tile.row() + r - tile.col()));
      int source = r * sums.stride() + c;
      kernels.add(sums.data(), source, gram.values(), target + c, sums.cols() - c);
    }
  }

  /** Copies the rows from {@code i0} on, block by block, so that columns are read in the cache. */
  private static void mirror(SquareMatrix gram, int i0) {
    int n = gram.size();
    double[] g = gram.values();
    int i1 = Math.min(n, i0 + MIRRORED);
    for (int j0 = 0; j0 <= i0; j0 += MIRRORED) {
      for (int i = i0; i < i1; i++) {
        int j1 = Math.min(j0 + MIRRORED, i);
        for (int j = j0; j < j1; j++) {
          g[i * n + j] = g[j * n + i];
        }
      }
    }
  }
}
