package io.halftone.quantizers.rounding;

import io.halftone.core.kernel.CacheLine;
import io.halftone.core.kernel.Kernels;
import io.halftone.core.spi.LayerSize;
import io.halftone.core.tensor.MatrixView;
import java.util.stream.IntStream;

/**
 * Residuals or errors of a layer packed for products with a {@link Coupling}: a right panel for
 * each tile of rows and block of columns, so that only what moved is packed again.
 */
final class TilePanels {
  private final Kernels kernels;
  private final ColumnBlocks blocks;
  private final int rows;
  private final int length;
  private final float[] panels;

  /** Floats of the panels of a layer in blocks of so many columns: the last are filled up. */
  static long length(LayerSize layer, int block) {
    long rows = (layer.out() + RowTiles.ROWS - 1) / RowTiles.ROWS * RowTiles.ROWS;
    return rows * ((layer.in() + block - 1) / block * block);
  }

  /**
   * Packs nothing yet.
   *
   * @param rows of the layer
   */
  TilePanels(Kernels kernels, ColumnBlocks blocks, int rows) {
    this.kernels = kernels;
    this.blocks = blocks;
    this.rows = rows;
    int depth = IntStream.range(0, blocks.count()).map(blocks::width).max().orElse(0);
    this.length = kernels.rightLength(depth, Math.min(RowTiles.ROWS, rows));
    int count = Math.multiplyExact(RowTiles.count(rows), blocks.count());
    this.panels =
        new float[Math.addExact(CacheLine.FIRST_FLOAT, Math.multiplyExact(count, length))];
  }

  /**
   * The place of a panel as a plain matrix, for values that wait there until it is packed.
   *
   * @return [columns of the block, rows of the tile], shared
   */
  MatrixView waiting(int tile, int block) {
    int width = RowTiles.rows(tile, rows);
    return new MatrixView(panels, at(tile, block), width, blocks.width(block), width);
  }

  /**
   * Packs a tile's part of a block.
   *
   * @param values [columns of the block, rows of the tile], read
   */
  void pack(int tile, int block, MatrixView values) {
    kernels.packRight(values, panels, at(tile, block));
  }

  /**
   * C ← C + L·R, R what was packed.
   *
   * @param left panel, [columns of C, columns of the block]
   * @param products C, [columns, rows of the tile], read and written
   */
  void multiply(float[] left, int tile, int block, MatrixView products) {
    kernels.multiplyPanels(left, panels, at(tile, block), blocks.width(block), products);
  }

  private int at(int tile, int block) {
    return CacheLine.FIRST_FLOAT + (tile * blocks.count() + block) * length;
  }
}
