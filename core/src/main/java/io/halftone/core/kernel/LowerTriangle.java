package io.halftone.core.kernel;

/**
 * The lower triangle of a square matrix of doubles in square tiles, each without gaps: half the
 * memory of the square, no array longer than a row of tiles, and a tile stays in the cache.
 *
 * @param size number of rows and of columns
 * @param tiles row-major in tiles and in rows of tiles; the last tile of a row is cut short at the
 *     bottom, not at the right
 */
record LowerTriangle(int size, double[][] tiles) {
  /** Rows and columns of a tile: three of them fit the second-level cache. */
  static final int TILE = 64;

  static LowerTriangle zeros(int size) {
    double[][] tiles = new double[PanelProduct.blocks(size, TILE)][];
    for (int t = 0; t < tiles.length; t++) {
      tiles[t] = new double[Math.multiplyExact((t + 1) * TILE, rows(size, t))];
    }
    return new LowerTriangle(size, tiles);
  }

  private static int rows(int size, int tile) {
    return Math.min(size, (tile + 1) * TILE) - tile * TILE;
  }

  /** Rows of a row of tiles. */
  int rows(int tile) {
    return rows(size, tile);
  }

  /** Index of the first element of a tile in its row of tiles. */
  int offset(int tileRow, int tileCol) {
    return tileCol * rows(tileRow) * TILE;
  }

  double get(int row, int col) {
    int tile = row / TILE;
    return tiles[tile][offset(tile, col / TILE) + row % TILE * TILE + col % TILE];
  }

  /** The columns [from, to) of a tile. */
  DoubleView window(int tileRow, int tileCol, int from, int to) {
    int offset = offset(tileRow, tileCol) + from;
    return new DoubleView(tiles[tileRow], offset, TILE, rows(tileRow), to - from);
  }
}
