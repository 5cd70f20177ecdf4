package io.halftone.core.quantized;

import java.util.Arrays;

/**
 * A few values at given places, zero elsewhere, in compressed rows.
 *
 * @param rows rows of the matrix
 * @param cols columns of the matrix
 * @param rowStart rows + 1 positions; the entries of row r are rowStart[r] to rowStart[r + 1]
 * @param column column of each entry, ascending in a row
 * @param value value of each entry, stored as float16 or float32 by the codec; counted as 32 bits
 *     with a 32-bit column
 */
public record SparseTensor(int rows, int cols, int[] rowStart, int[] column, float[] value)
    implements QuantizedTensor {
  /** Validates the structure. */
  public SparseTensor {
    if (rowStart.length != rows + 1
        || rowStart[0] != 0
        || rowStart[rows] != column.length
        || column.length != value.length) {
      throw new IllegalArgumentException(
          rowStart.length
              + " row starts, "
              + column.length
              + " columns and "
              + value.length
              + " values for "
              + rows
              + " rows");
    }
    for (int r = 0; r < rows; r++) {
      if (rowStart[r + 1] < rowStart[r] || rowStart[r + 1] > column.length) {
        throw new IllegalArgumentException(
            "row "
                + r
                + " ends at entry "
                + rowStart[r + 1]
                + ", must be in ["
                + rowStart[r]
                + ", "
                + column.length
                + "]");
      }
      for (int i = rowStart[r]; i < rowStart[r + 1]; i++) {
        if (column[i] < 0 || column[i] >= cols || (i > rowStart[r] && column[i] <= column[i - 1])) {
          throw new IllegalArgumentException(
              "column " + column[i] + " in row " + r + " is out of range or out of order");
        }
      }
    }
  }

  @Override
  public long storageBits() {
    return 64L * value.length + 32L * rowStart.length;
  }

  @Override
  public void decodeRow(int row, float[] dst, int offset) {
    Arrays.fill(dst, offset, offset + cols, 0);
    for (int i = rowStart[row]; i < rowStart[row + 1]; i++) {
      dst[offset + column[i]] = value[i];
    }
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.sparse(this);
  }
}
