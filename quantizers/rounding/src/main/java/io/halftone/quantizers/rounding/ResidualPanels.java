package io.halftone.quantizers.rounding;

import io.halftone.core.kernel.CacheLine;
import io.halftone.core.kernel.Kernels;
import io.halftone.core.tensor.MatrixView;

/**
 * Residuals of a layer packed for products G·R: a right panel for each tile of rows and block of
 * columns, so that only the block that moved is packed again.
 */
final class ResidualPanels {
  private final Kernels kernels;
  private final DescentPoint point;
  private final int length;
  private final float[] panels;

  /**
   * Packs nothing yet.
   *
   * @param point its residuals are read whenever a panel is packed
   */
  ResidualPanels(Kernels kernels, DescentPoint point) {
    this.kernels = kernels;
    this.point = point;
    this.length = kernels.rightLength(width(0), point.rows(0));
    int count = Math.multiplyExact(point.tiles(), blocks());
    this.panels =
        new float[Math.addExact(CacheLine.FIRST_FLOAT, Math.multiplyExact(count, length))];
  }

  /** Number of blocks of {@link ColumnSweep#BLOCK} columns. */
  int blocks() {
    return (point.in() + ColumnSweep.BLOCK - 1) / ColumnSweep.BLOCK;
  }

  /** Columns of a block. */
  int width(int block) {
    return Math.min(point.in() - block * ColumnSweep.BLOCK, ColumnSweep.BLOCK);
  }

  /** Packs a tile's residuals of a block as they are now. */
  void pack(int tile, int block) {
    int rows = point.rows(tile);
    int offset = block * ColumnSweep.BLOCK * rows;
    kernels.packRight(
        new MatrixView(point.residual(tile), offset, rows, width(block), rows),
        panels,
        at(tile, block));
  }

  /**
   * C ← C + L·R.
   *
   * @param left panel of G, [columns of C, columns of the block]
   * @param products C, [columns, rows of the tile], read and written
   */
  void multiply(float[] left, int tile, int block, MatrixView products) {
    kernels.multiplyPanels(left, panels, at(tile, block), width(block), products);
  }

  private int at(int tile, int block) {
    return CacheLine.FIRST_FLOAT + (tile * blocks() + block) * length;
  }
}
