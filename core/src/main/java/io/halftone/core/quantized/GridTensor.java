package io.halftone.core.quantized;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.TensorScheme;

/**
 * Codes on a scalar grid.
 *
 * @param scheme what was asked for
 * @param codes one per element
 * @param grid scales and zero points; its layout has the shape of the codes
 */
public record GridTensor(TensorScheme scheme, Codes codes, Grid grid) implements QuantizedTensor {
  /** Validates that codes and grid have one shape. */
  public GridTensor {
    CellLayout layout = grid.layout();
    if (layout.rows() != codes.rows() || layout.cols() != codes.cols()) {
      throw new IllegalArgumentException(
          "codes are "
              + codes.rows()
              + " x "
              + codes.cols()
              + ", the grid is for "
              + layout.rows()
              + " x "
              + layout.cols());
    }
  }

  @Override
  public int rows() {
    return codes.rows();
  }

  @Override
  public int cols() {
    return codes.cols();
  }

  @Override
  public long storageBits() {
    return scheme.storageBits(rows(), cols());
  }

  @Override
  public void decodeRow(int row, float[] dst, int offset) {
    NumberFormat format = scheme.format();
    CellLayout layout = grid.layout();
    int cols = cols();
    for (int c0 = 0; c0 < cols; c0 += layout.cellCols()) {
      int cell = layout.cell(row, c0);
      float scale = grid.scale()[cell];
      float zero = grid.zero()[cell];
      int end = Math.min(cols, c0 + layout.cellCols());
      for (int c = c0; c < end; c++) {
        dst[offset + c] = GridRounding.value(format, codes.get(row, c), scale, zero);
      }
    }
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.grid(this);
  }
}
