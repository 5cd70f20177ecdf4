package io.halftone.core.kernel;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import java.util.concurrent.ForkJoinPool;

/** A few chunks of tokens, packed as right panels of X and as left panels of Xᵀ. */
final class GramPanels {
  /** Tokens of one float chain; part of the definition of the result. */
  static final int CHUNK = 256;

  /** Most columns of a panel: a chunk of them and a tile of G in double fit a mebibyte. */
  private static final int MOST_COLS = 512;

  private final Kernels kernels;
  private final FloatMatrix x;
  private final int mostChunks;
  private final int cols;
  private final int length;
  private final float[] rights;
  private final float[][][] lefts;
  private int firstToken;
  private int chunks;

  GramPanels(Kernels kernels, FloatMatrix x, int mostChunks) {
    this.kernels = kernels;
    this.x = x;
    this.mostChunks = Math.min(mostChunks, PanelProduct.blocks(x.rows(), CHUNK));
    this.cols = cols(kernels.rowStep());
    this.length = kernels.rightLength(Math.min(CHUNK, x.rows()), Math.min(cols, x.cols()));
    int panels = Math.multiplyExact(this.mostChunks, count());
    int rightsLength = Math.multiplyExact(panels, length);
    this.rights = new float[Math.addExact(CacheLine.FIRST_FLOAT, rightsLength)];
    this.lefts = new float[this.mostChunks][PanelProduct.blocks(x.cols(), kernels.rowStep())][];
  }

  /** Columns of whole strips and of whole left panels. */
  private static int cols(int rowStep) {
    int cols = MOST_COLS;
    while (cols % rowStep != 0 && cols > Kernels.PANEL_STEP) {
      cols -= Kernels.PANEL_STEP;
    }
    return cols;
  }

  /** Right panels side by side. */
  int count() {
    return PanelProduct.blocks(x.cols(), cols);
  }

  /** First column of a right panel. */
  int start(int panel) {
    return panel * cols;
  }

  /** The column after a right panel. */
  int end(int panel) {
    return Math.min(x.cols(), start(panel) + cols);
  }

  /** Chunks that are packed. */
  int chunks() {
    return chunks;
  }

  /** Packs the chunks from a token on. */
  void pack(int token, ForkJoinPool pool) {
    firstToken = token;
    chunks = Math.min(mostChunks, PanelProduct.blocks(x.rows() - token, CHUNK));
    ParallelTiles.run(pool, count() * chunks, part -> packChunk(part % chunks, part / chunks));
  }

  private void packChunk(int chunk, int panel) {
    int depth = depth(chunk);
    int width = end(panel) - start(panel);
    int first = firstToken + chunk * CHUNK;
    MatrixView block = MatrixView.of(x, first, start(panel), depth, width);
    kernels.packRight(block, rights, at(chunk, panel));
    int step = kernels.rowStep();
    for (int row = start(panel); row < end(panel); row += step) {
      int rows = Math.min(step, end(panel) - row);
      if (lefts[chunk][row / step] == null) {
        lefts[chunk][row / step] = new float[kernels.leftLength(rows, Math.min(CHUNK, x.rows()))];
      }
      kernels.packLeft(
          rights,
          at(chunk, panel),
          width,
          row - start(panel),
          rows,
          depth,
          lefts[chunk][row / step]);
    }
  }

  /**
   * C ← C + Xᵀ·X for one chunk, rows from {@code row} and columns from {@code col} of the product.
   *
   * @param row a multiple of {@link Kernels#rowStep}
   * @param panel that holds the columns of C
   * @param col a multiple of {@link Kernels#PANEL_STEP} after the panel's start
   * @param c at most as many rows as a left panel, columns up to the end of the right one
   */
  void multiply(int chunk, int row, int panel, int col, MatrixView c) {
    kernels.multiplyPanels(
        lefts[chunk][row / kernels.rowStep()],
        rights,
        at(chunk, panel),
        end(panel) - start(panel),
        col - start(panel),
        depth(chunk),
        c);
  }

  private int at(int chunk, int panel) {
    return CacheLine.FIRST_FLOAT + (chunk * count() + panel) * length;
  }

  private int depth(int chunk) {
    return Math.min(CHUNK, x.rows() - firstToken - chunk * CHUNK);
  }
}
