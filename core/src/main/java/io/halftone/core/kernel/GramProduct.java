package io.halftone.core.kernel;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import io.halftone.core.tensor.SquareMatrix;
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

  private static final int COLS = PanelProduct.COLS;
  private static final int ROWS = PanelProduct.ROWS;

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
    int panels = PanelProduct.blocks(n, COLS);
    int depth = Math.min(CHUNK, x.rows());
    float[][] packed = new float[panels][kernels.panelLength(depth, Math.min(COLS, n))];
    float[][] transposed = new float[panels][depth * Math.min(COLS, n)];
    for (int from = 0; from < x.rows(); from += CHUNK) {
      int tokens = Math.min(CHUNK, x.rows() - from);
      int first = from;
      ParallelTiles.run(
          pool,
          panels,
          p -> {
            MatrixView block =
                MatrixView.of(x, first, p * COLS, tokens, Math.min(COLS, n - p * COLS));
            kernels.packPanel(block, packed[p]);
            transpose(block, transposed[p]);
          });
      addChunk(transposed, packed, tokens, gram);
    }
    ParallelTiles.run(pool, PanelProduct.blocks(n, ROWS), band -> mirror(gram, band * ROWS));
  }

  private void addChunk(float[][] transposed, float[][] packed, int tokens, SquareMatrix gram) {
    int n = gram.size();
    int bands = PanelProduct.blocks(n, ROWS);
    ParallelTiles.run(
        pool,
        Math.multiplyExact(bands, packed.length),
        tile -> {
          int j = tile / bands * COLS;
          int i = tile % bands * ROWS;
          int cols = Math.min(COLS, n - j);
          if (i < j + cols) {
            int rows = Math.min(ROWS, n - i);
            MatrixView a =
                new MatrixView(transposed[i / COLS], i % COLS * tokens, tokens, rows, tokens);
            MatrixView sums = new MatrixView(new float[rows * cols], 0, cols, rows, cols);
            kernels.multiplyPanel(a, packed[j / COLS], sums);
            addUpper(sums, gram, i, j);
          }
        });
  }

  private static void addUpper(MatrixView sums, SquareMatrix gram, int i0, int j0) {
    double[] g = gram.values();
    float[] s = sums.data();
    for (int r = 0; r < sums.rows(); r++) {
      int target = (i0 + r) * gram.size() + j0;
      int source = r * sums.stride();
      for (int c = Math.max(0, i0 + r - j0); c < sums.cols(); c++) {
        g[target + c] += s[source + c];
      }
    }
  }

  private static void mirror(SquareMatrix gram, int i0) {
    int n = gram.size();
    double[] g = gram.values();
    int i1 = Math.min(n, i0 + ROWS);
    for (int j = 0; j < i1; j++) {
      for (int i = Math.max(i0, j + 1); i < i1; i++) {
        g[i * n + j] = g[j * n + i];
      }
    }
  }

  private static void transpose(MatrixView block, float[] transposed) {
    int tokens = block.rows();
    for (int t = 0; t < tokens; t++) {
      int source = block.offset() + t * block.stride();
      for (int c = 0; c < block.cols(); c++) {
        transposed[c * tokens + t] = block.data()[source + c];
      }
    }
  }
}
