package io.halftone.quantizers.rounding;

import io.halftone.core.scheme.CellLayout;

/**
 * Scales and zero points of a whole layer for one sweep over its columns, gathered tile by tile as
 * columns are reached.
 */
final class CellTiles {
  private final CellColumns[] tiles;

  /**
   * Gathers nothing yet.
   *
   * @param scale per cell of the layout; a cell's must stand when its first column is reached
   * @param zero per cell of the layout, as the scale
   */
  CellTiles(CellLayout layout, float[] scale, float[] zero) {
    int rows = RowTiles.ROWS;
    this.tiles = new CellColumns[(layout.rows() + rows - 1) / rows];
    for (int tile = 0; tile < tiles.length; tile++) {
      int first = tile * rows;
      int count = Math.min(layout.rows() - first, rows);
      tiles[tile] = new CellColumns(layout, first, count, scale, zero);
    }
  }

  /** The cells of a tile of {@link RowTiles#ROWS} rows; one thread at a time. */
  CellColumns tile(int tile) {
    return tiles[tile];
  }
}
