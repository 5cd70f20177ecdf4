package io.halftone.core.kernel;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import java.util.concurrent.ForkJoinPool;

/** A chunk of tokens, block after block packed as right panels of X and as left panels of Xᵀ. */
final class GramPanels {
  /** Tokens of one float chain; part of the definition of the result. */
  static final int CHUNK = 1024;

  /** Tokens packed together. */
  private static final int DEPTH = Kernels.PANEL_DEPTH;

  /** Most columns of a panel, of which a block fits a mebibyte. */
  private static final int MOST_COLS = 512;

  private final Kernels kernels;
  private final FloatMatrix x;
  private final int mostBlocks;
  private final int cols;
  private final int length;
  private final float[] rights;
  private final float[][][] lefts;
  private int firstToken;
  private int blocks;

  GramPanels(Kernels kernels, FloatMatrix x) {
    this.kernels = kernels;
    this.x = x;
    this.mostBlocks = PanelProduct.blocks(Math.min(CHUNK, x.rows()), DEPTH);
    this.cols = cols(kernels.rowStep());
    this.length = kernels.rightLength(Math.min(DEPTH, x.rows()), Math.min(cols, x.cols()));
    int panels = Math.multiplyExact(this.mostBlocks, count());
    int rightsLength = Math.multiplyExact(panels, length);
    this.rights = new float[Math.addExact(CacheLine.FIRST_FLOAT, rightsLength)];
    this.lefts = new float[this.mostBlocks][PanelProduct.blocks(x.cols(), kernels.rowStep())][];
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

  /** Blocks of the chunk that is packed. */
  int blocks() {
    return blocks;
  }

  /** Packs the chunk that begins at a token. */
  void pack(int token, ForkJoinPool pool) {
    firstToken = token;
    blocks = Math.min(mostBlocks, PanelProduct.blocks(x.rows() - token, DEPTH));
    ParallelTiles.run(pool, count() * blocks, part -> packBlock(part % blocks, part / blocks));
  }

  private void packBlock(int block, int panel) {
    int depth = depth(block);
    int width = end(panel) - start(panel);
    int first = firstToken + block * DEPTH;
    MatrixView tokens = MatrixView.of(x, first, start(panel), depth, width);
    kernels.packRight(tokens, rights, at(block, panel));
    int step = kernels.rowStep();
    for (int row = start(panel); row < end(panel); row += step) {
      int rows = Math.min(step, end(panel) - row);
      if (lefts[block][row / step] == null) {
        lefts[block][row / step] = new float[kernels.leftLength(rows, Math.min(DEPTH, x.rows()))];
      }
      kernels.packLeft(
          rights,
          at(block, panel),
          width,
          row - start(panel),
          rows,
          depth,
          lefts[block][row / step]);
    }
  }

  /**
   * C ← C + Xᵀ·X for one block of tokens, rows from {@code row} and columns from {@code col} of the
   * product.
   *
   * @param row a multiple of {@link Kernels#rowStep}
   * @param panel that holds the columns of C
   * @param col a multiple of {@link Kernels#PANEL_STEP} after the panel's start
   * @param c at most as many rows as a left panel, columns up to the end of the right one
   */
  void multiply(int block, int row, int panel, int col, MatrixView c) {
    kernels.multiplyPanels(
        lefts[block][row / kernels.rowStep()],
        rights,
        at(block, panel),
        end(panel) - start(panel),
        col - start(panel),
        depth(block),
        c);
  }

  private int at(int block, int panel) {
    return CacheLine.FIRST_FLOAT + (block * count() + panel) * length;
  }

  private int depth(int block) {
    return Math.min(DEPTH, x.rows() - firstToken - block * DEPTH);
  }
}
