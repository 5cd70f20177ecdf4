package io.halftone.core.quantized;

/**
 * One code per element of a matrix, unpacked; bits are packed only when a layer is written.
 *
 * @param rows rows of the matrix
 * @param cols columns of the matrix
 * @param bits width of a code, 1..16
 * @param values row-major, taken over without a copy; signed formats store signed values
 */
public record Codes(int rows, int cols, int bits, short[] values) {
  /** Validates the shape. */
  public Codes {
    if (values.length != (long) rows * cols || bits < 1 || bits > 16) {
      throw new IllegalArgumentException(
          values.length + " codes of " + bits + " bits for a " + rows + " x " + cols + " matrix");
    }
  }

  /** The code at a row and a column. */
  public int get(int row, int col) {
    return values[row * cols + col];
  }
}
