package io.halftone.core.kernel;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import java.util.concurrent.ForkJoinPool;

/**
 * A chunk of tokens, packed block after block as right panels of X; they hold Xᵀ's rows as well.
 */
final class GramPanels {
  /** Tokens of one float chain; part of the definition of the result. */
  static final int CHUNK = 1024;

  /** Tokens packed together. */
  private static final int DEPTH = Kernels.PANEL_DEPTH;

  /** About the most columns of a panel: a chunk's are four mebibytes. */
  private static final int MOST_COLS = 1024;

  private final Kernels kernels;
  private final FloatMatrix x;
  private final int mostBlocks;
  private final int cols;
  private final int length;
  private final float[] rights;
  private int firstToken;
  private int blocks;

  GramPanels(Kernels kernels, FloatMatrix x) {
    this.kernels = kernels;
    this.x = x;
    this.mostBlocks = PanelProduct.blocks(Math.min(CHUNK, x.rows()), DEPTH);
    this.cols = cols(x.cols(), kernels.rowStep());
    this.length = kernels.rightLength(Math.min(DEPTH, x.rows()), Math.min(cols, x.cols()));
    int panels = Math.multiplyExact(this.mostBlocks, count());
    int rightsLength = Math.multiplyExact(panels, length);
    this.rights = new float[Math.addExact(CacheLine.FIRST_FLOAT, rightsLength)];
  }

  /** Columns of panels of one size that end with a strip and with a left panel. */
  private static int cols(int all, int rowStep) {
    int even = PanelProduct.blocks(all, PanelProduct.blocks(all, MOST_COLS));
    int cols = PanelProduct.blocks(even, rowStep) * rowStep;
    while (cols % Kernels.PANEL_STEP != 0) {
      cols += rowStep;
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
  }

  /** An array for {@link #packLeft}. */
  float[] newLeft() {
    return new float[kernels.leftLength(kernels.rowStep(), Math.min(DEPTH, x.rows()))];
  }

  /**
   * Packs rows of Xᵀ for one block of tokens.
   *
   * @param row a multiple of {@link Kernels#rowStep}
   * @param rows at most as many as one step
   * @param left written
   */
  void packLeft(int block, int row, int rows, float[] left) {
    int panel = row / cols;
    int width = end(panel) - start(panel);
    kernels.packLeft(rights, at(block, panel), width, row - start(panel), rows, depth(block), left);
  }

  /**
   * C ← C + Xᵀ·X for one block of tokens, columns from {@code col} of the product.
   *
   * @param left holds the rows, from {@link #packLeft}
   * @param panel that holds the columns of C
   * @param col a multiple of {@link Kernels#PANEL_STEP} after the panel's start
   * @param c columns up to the end of the right panel
   */
  void multiply(int block, float[] left, int panel, int col, MatrixView c) {
    kernels.multiplyPanels(
        left,
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
