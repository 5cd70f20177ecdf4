package io.halftone.core.scheme;

/** Which elements of a matrix share one scale (and zero point). */
public sealed interface Granularity {
  /**
   * The cells of a matrix.
   *
   * @throws IllegalArgumentException if this granularity refuses the shape
   */
  CellLayout layout(int rows, int cols);

  /** One scale for the whole matrix. */
  record PerTensor() implements Granularity {
    @Override
    public CellLayout layout(int rows, int cols) {
      return new CellLayout(rows, cols, Math.max(1, rows), Math.max(1, cols));
    }
  }

  /** One scale per row: per channel for weights [out, in], per token for inputs [tokens, in]. */
  record PerRow() implements Granularity {
    @Override
    public CellLayout layout(int rows, int cols) {
      return new CellLayout(rows, cols, 1, Math.max(1, cols));
    }
  }

  /** One scale per column. */
  record PerColumn() implements Granularity {
    @Override
    public CellLayout layout(int rows, int cols) {
      return new CellLayout(rows, cols, Math.max(1, rows), 1);
    }
  }

  /**
   * One scale per {@code size} consecutive elements of a row.
   *
   * @param size elements per group, at least 1
   * @param remainder what happens when {@code size} does not divide the row's length
   */
  record PerGroup(int size, Remainder remainder) implements Granularity {
    /** Validates the size. */
    public PerGroup {
      if (size < 1) {
        throw new IllegalArgumentException("group size is " + size + ", must be at least 1");
      }
    }

    /** Groups that must divide the row's length. */
    public PerGroup(int size) {
      this(size, Remainder.REFUSE);
    }

    @Override
    public CellLayout layout(int rows, int cols) {
      if (remainder == Remainder.REFUSE && cols % size != 0) {
        throw new IllegalArgumentException(
            "group size "
                + size
                + " does not divide "
                + cols
                + " input channels; choose a divisor or allow a short last group");
      }
      return new CellLayout(rows, cols, 1, size);
    }
  }

  /**
   * One scale per block of a matrix; blocks at the edge are cut short.
   *
   * @param rows rows of a block, at least 1
   * @param cols columns of a block, at least 1
   */
  record PerBlock(int rows, int cols) implements Granularity {
    /** Validates the shape. */
    public PerBlock {
      if (rows < 1 || cols < 1) {
        throw new IllegalArgumentException(
            "block is " + rows + " x " + cols + ", must be at least 1 x 1");
      }
    }

    @Override
    public CellLayout layout(int matrixRows, int matrixCols) {
      return new CellLayout(matrixRows, matrixCols, rows, cols);
    }
  }

  /** One scale per output channel of a weight [out, in]. */
  static Granularity perChannel() {
    return new PerRow();
  }

  /** One scale per token of an input [tokens, in]. */
  static Granularity perToken() {
    return new PerRow();
  }
}
