package io.halftone.quantizers.rounding;

import io.halftone.core.kernel.Kernels;
import io.halftone.core.tensor.MatrixView;

/** What all columns do to those of one block: a {@link Coupling}'s columns, packed for products. */
final class PackedBlock {
  private final Kernels kernels;
  private final Coupling coupling;
  private final ColumnBlocks blocks;
  private final int block;
  private final int[] strips;
  private final float[][] whole;
  private final float[][] later;
  private final float[][] inside;

  /**
   * Packs nothing yet.
   *
   * @param feeding number of blocks, from the first on, whose moves reach the block's products as
   *     it is opened
   */
  PackedBlock(Kernels kernels, Coupling coupling, ColumnBlocks blocks, int block, int feeding) {
    this.kernels = kernels;
    this.coupling = coupling;
    this.blocks = blocks;
    this.block = block;
    this.strips = blocks.strips(block);
    this.whole = new float[feeding][];
    this.later = new float[strips.length - 1][];
    this.inside = new float[strips.length - 1][];
  }

  /** First column. */
  int from() {
    return blocks.from(block);
  }

  /** Number of columns. */
  int width() {
    return blocks.width(block);
  }

  /** A matrix with a row for each column of the block. */
  MatrixView zeros(int rows) {
    return new MatrixView(new float[Math.multiplyExact(width(), rows)], 0, rows, width(), rows);
  }

  /** Starts of the strips in the block, and behind them its width. */
  int[] strips() {
    return strips;
  }

  /** Parts that can be packed at the same time. */
  int parts() {
    return whole.length + later.length;
  }

  /** Packs a part. */
  void pack(int part) {
    if (part < whole.length) {
      whole[part] = packed(coupling.window(blocks.from(part), blocks.width(part), from(), width()));
    } else {
      packStrip(part - whole.length);
    }
  }

  private void packStrip(int strip) {
    int first = from() + strips[strip];
    int cols = strips[strip + 1] - strips[strip];
    int rest = width() - strips[strip + 1];
    if (rest > 0) {
      later[strip] = packed(coupling.window(first, cols, first + cols, rest));
    }
    MatrixView corner = coupling.window(first, cols, first, cols);
    float[] columns = new float[cols * cols];
    for (int k = 0; k < cols; k++) {
      for (int j = k + 1; j < cols; j++) {
        columns[j * cols + k] = corner.data()[corner.offset() + k * corner.stride() + j];
      }
    }
    inside[strip] = columns;
  }

  private float[] packed(MatrixView rows) {
    float[] panel = new float[kernels.leftLength(rows.cols(), rows.rows())];
    kernels.packLeftTransposed(rows, panel);
    return panel;
  }

  /** Adds to a tile's products what the moves packed in panels do to the block. */
  void feed(TilePanels moves, int tile, MatrixView products) {
    for (int from = 0; from < whole.length; from++) {
      moves.multiply(whole[from], tile, from, products);
    }
  }

  /** What a strip's columns do to those of the block after it, if any, as a left panel. */
  float[] later(int strip) {
    return later[strip];
  }

  /**
   * What the columns of a strip do to each other: those of one that come before it are together.
   */
  float[] inside(int strip) {
    return inside[strip];
  }
}
