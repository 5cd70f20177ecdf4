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
  static final int TILE = 112;

  /** A triangle whose rows of tiles are still to be allocated, by the threads that fill them. */
  static LowerTriangle empty(int size) {
    return new LowerTriangle(size, new double[PanelProduct.blocks(size, TILE)][]);
  }

  /** Gives a row of tiles its zeros. */
  double[] allocate(int tileRow) {
    tiles[tileRow] = new double[Math.multiplyExact((tileRow + 1) * TILE, rows(tileRow))];
    return tiles[tileRow];
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

  /** Index of an element in its row of tiles. */
  int index(int row, int col) {
    return offset(row / TILE, col / TILE) + row % TILE * TILE + col % TILE;
  }

  double get(int row, int col) {
    return tiles[row / TILE][index(row, col)];
  }

  /** The columns [from, to) of a tile. */
  DoubleView window(int tileRow, int tileCol, int from, int to) {
    int offset = offset(tileRow, tileCol) + from;
    return new DoubleView(tiles[tileRow], offset, TILE, rows(tileRow), to - from);
  }
}
