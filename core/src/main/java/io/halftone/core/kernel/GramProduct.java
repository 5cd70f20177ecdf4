package io.halftone.core.kernel;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import io.halftone.core.tensor.SquareMatrix;
import java.util.Arrays;
import java.util.concurrent.ForkJoinPool;

/**
 * G ← G + XᵀX: float chains inside chunks of 256 tokens, chunks added in double in order.
 *
 * <p>Only tiles that touch the upper triangle are computed; the lower one is a copy, exact because
 * a product does not depend on the order of its factors.
 */
final class GramProduct {
  /** Tokens of one float chain; part of the definition of the result. */
  static final int CHUNK = 256;

  /** Chunks that a tile takes in while it stays in the second-level cache. */
  private static final int CHUNKS = 4;

  /** Rows and columns of a tile: whole strips, and little of the lower triangle. */
  private static final int TILE = 112;

  private final Kernels kernels;
  private final ForkJoinPool pool;

  GramProduct(Kernels kernels, ForkJoinPool pool) {
    this.kernels = kernels;
    this.pool = pool;
  }

  void add(FloatMatrix x, SquareMatrix gram) {
    int n = x.cols();
    if (n == 0 || x.rows() == 0) {
      return;
    }
    int tiles = PanelProduct.blocks(n, TILE);
    int widest = Math.min(TILE, n);
    int depth = Math.min(CHUNK, x.rows());
    int chunks = Math.min(CHUNKS, PanelProduct.blocks(x.rows(), CHUNK));
    float[][][] lefts = new float[tiles][chunks][kernels.leftLength(widest, depth)];
    float[][][] rights = new float[tiles][chunks][kernels.rightLength(depth, widest)];
    for (int from = 0; from < x.rows(); from += CHUNKS * CHUNK) {
      int first = from;
      int tokens = Math.min(CHUNKS * CHUNK, x.rows() - from);
      ParallelTiles.run(
          pool,
          tiles,
          p -> {
            int width = Math.min(TILE, n - p * TILE);
            for (int t = 0; t < tokens; t += CHUNK) {
              int rows = Math.min(CHUNK, tokens - t);
              MatrixView block = MatrixView.of(x, first + t, p * TILE, rows, width);
              kernels.packLeftTransposed(block, lefts[p][t / CHUNK]);
              kernels.packRight(block, rights[p][t / CHUNK]);
            }
          });
      addChunks(lefts, rights, tokens, gram);
    }
    ParallelTiles.run(pool, tiles, band -> mirror(gram, band * TILE));
  }

  private void addChunks(float[][][] lefts, float[][][] rights, int tokens, SquareMatrix gram) {
    int n = gram.size();
    int tiles = lefts.length;
    ParallelTiles.run(
        pool,
        Math.multiplyExact(tiles, tiles + 1) / 2,
        index -> {
          int j = (int) ((Math.sqrt(8.0 * index + 1) - 1) / 2);
          int i = index - j * (j + 1) / 2;
          int rows = Math.min(TILE, n - i * TILE);
          int cols = Math.min(TILE, n - j * TILE);
          MatrixView sums = new MatrixView(new float[rows * cols], 0, cols, rows, cols);
          for (int t = 0; t < tokens; t += CHUNK) {
            Arrays.fill(sums.data(), 0);
            kernels.multiplyPanels(
                lefts[i][t / CHUNK], rights[j][t / CHUNK], Math.min(CHUNK, tokens - t), sums);
            addUpper(sums, gram, i * TILE, j * TILE);
          }
        });
  }

  private void addUpper(MatrixView sums, SquareMatrix gram, int i0, int j0) {
    double[] g = gram.values();
    float[] s = sums.data();
    for (int r = 0; r < sums.rows(); r++) {
      int target = (i0 + r) * gram.size() + j0;
      int source = r * sums.stride();
      int c = Math.min(sums.cols(), Math.max(0, i0 + r - j0));
      kernels.add(s, source + c, g, target + c, sums.cols() - c);
    }
  }

  private static void mirror(SquareMatrix gram, int i0) {
    int n = gram.size();
    double[] g = gram.values();
    int i1 = Math.min(n, i0 + TILE);
    for (int j = 0; j < i1; j++) {
      for (int i = Math.max(i0, j + 1); i < i1; i++) {
        g[i * n + j] = g[j * n + i];
      }
    }
  }
}
