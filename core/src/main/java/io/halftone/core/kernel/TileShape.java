package io.halftone.core.kernel;

/**
 * How a matrix product is cut for caches and threads; changes speed only, never a bit.
 *
 * @param rows of a tile of the result and of a left panel, at least 1
 * @param cols of a tile of the result and of a right panel, at least 1
 */
public record TileShape(int rows, int cols) {
  /** Four register tiles high; wide enough that loops over a row start and end rarely. */
  public static final TileShape MEASURED = new TileShape(56, 1024);

  /** Validates that tiles are not empty. */
  public TileShape {
    if (rows < 1 || cols < 1) {
      throw new IllegalArgumentException("tiles of " + rows + " x " + cols + " hold nothing");
    }
  }
}
