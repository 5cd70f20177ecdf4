package io.halftone.quantizers.rounding;

/** Tiles of rows that a sweep over columns takes together, each on one thread at a time. */
final class RowTiles {
  /** Rows of a tile: a strip of theirs stays in the first-level cache. */
  static final int ROWS = 128;

  /** Rows whose values in one column share a cache line: they are read and written together. */
  static final int LINE = 16;

  /** Columns transposed at a time: a row's are read together, the columns stay in the cache. */
  static final int TRANSPOSED_COLS = 16;

  private RowTiles() {}

  /** Number of tiles of a layer with so many rows. */
  static int count(int rows) {
    return (rows + ROWS - 1) / ROWS;
  }

  /** Number of rows of a tile. */
  static int rows(int tile, int rows) {
    return Math.min(rows - tile * ROWS, ROWS);
  }
}
