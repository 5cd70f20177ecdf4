package io.halftone.core.kernel;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import java.util.concurrent.ForkJoinPool;

/** A few chunks of tokens X as right panels, of which left panels of Xᵀ are copied when needed. */
final class GramPanels {
  /** Tokens of one float chain; part of the definition of the result. */
  static final int CHUNK = 256;

  /** Columns of a panel: a chunk of them and a tile of G in double fit a mebibyte. */
  static final int COLS = 512;

  private final Kernels kernels;
  private final FloatMatrix x;
  private final int mostChunks;
  private final int length;
  private final float[] panels;
  private int firstToken;
  private int chunks;

  GramPanels(Kernels kernels, FloatMatrix x, int mostChunks) {
    this.kernels = kernels;
    this.x = x;
    this.mostChunks = Math.min(mostChunks, PanelProduct.blocks(x.rows(), CHUNK));
    this.length = kernels.rightLength(Math.min(CHUNK, x.rows()), Math.min(COLS, x.cols()));
    int panelsLength = Math.multiplyExact(Math.multiplyExact(this.mostChunks, count()), length);
    this.panels = new float[Math.addExact(CacheLine.FIRST_FLOAT, panelsLength)];
  }

  /** Panels side by side. */
  int count() {
    return PanelProduct.blocks(x.cols(), COLS);
  }

  /** First column of a panel. */
  int start(int panel) {
    return panel * COLS;
  }

  /** The column after a panel. */
  int end(int panel) {
    return Math.min(x.cols(), start(panel) + COLS);
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
    int cols = end(panel) - start(panel);
    int first = firstToken + chunk * CHUNK;
    MatrixView block = MatrixView.of(x, first, start(panel), depth, cols);
    kernels.packRight(block, panels, at(chunk, panel));
  }

  /**
   * C ← C + Xᵀ·X for one chunk, rows from {@code row} and columns from {@code col} of the product.
   *
   * @param row so that the rows of C lie in one panel
   * @param panel that holds the columns of C
   * @param col a multiple of {@link Kernels#PANEL_STEP} after the panel's start
   * @param left room for a left panel of these rows
   * @param c up to the end of the panel
   */
  void multiply(int chunk, int row, int panel, int col, float[] left, MatrixView c) {
    int depth = depth(chunk);
    int from = row / COLS;
    int width = end(from) - start(from);
    int first = row - start(from);
    kernels.packLeft(panels, at(chunk, from), width, first, c.rows(), depth, left);
    int cols = end(panel) - start(panel);
    kernels.multiplyPanels(left, panels, at(chunk, panel), cols, col - start(panel), depth, c);
  }

  private int at(int chunk, int panel) {
    return CacheLine.FIRST_FLOAT + (chunk * count() + panel) * length;
  }

  private int depth(int chunk) {
    return Math.min(CHUNK, x.rows() - firstToken - chunk * CHUNK);
  }
}
