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
    this.tiles = new CellColumns[RowTiles.count(layout.rows())];
    for (int tile = 0; tile < tiles.length; tile++) {
      int rows = RowTiles.rows(tile, layout.rows());
      tiles[tile] = new CellColumns(layout, tile * RowTiles.ROWS, rows, scale, zero);
    }
  }

  /** The cells of a tile of {@link RowTiles#ROWS} rows; one thread at a time. */
  CellColumns tile(int tile) {
    return tiles[tile];
  }
}
