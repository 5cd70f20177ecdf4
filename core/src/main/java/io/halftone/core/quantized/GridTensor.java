package io.halftone.core.quantized;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.ZeroPoint;

/**
 * Codes on a scalar grid, decoded exactly as the scheme's stored numbers define.
 *
 * @param scheme what was asked for
 * @param codes one per element
 * @param grid scales and zero points; its layout has the shape of the codes
 */
public record GridTensor(TensorScheme scheme, Codes codes, Grid grid) implements QuantizedTensor {
  /**
   * Validates that codes and grid have one shape and that the grid holds what the scheme stores.
   *
   * @throws IllegalArgumentException if they differ, or a grid lacks the levels or offsets of its
   *     scheme or has others
   */
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
    GridStorage storage = grid.storage();
    if (scheme.scale() instanceof ScaleSpec.Nested spec
        ? !nestsAs(spec, storage, scheme.zeroPoint() == ZeroPoint.OFFSET)
        : storage.scales().isPresent() || storage.offsets().isPresent()) {
      throw new IllegalArgumentException(
          "the grid does not hold scales and offsets as the scheme stores them: " + scheme.scale());
    }
    if (storage.hasOffset() != (scheme.zeroPoint() == ZeroPoint.OFFSET)) {
      throw new IllegalArgumentException(
          "zero points are "
              + scheme.zeroPoint()
              + ", the grid has "
              + storage.offset().length
              + " offsets in value units");
    }
  }

  private static boolean nestsAs(ScaleSpec.Nested spec, GridStorage storage, boolean withOffset) {
    return storage.scales().filter(s -> s.matches(spec)).isPresent()
        && storage.offsets().isPresent() == withOffset
        && storage.offsets().stream().allMatch(o -> o.matches(spec));
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
    float[] offsets = grid.storage().offset();
    int cols = cols();
    for (int c0 = 0; c0 < cols; c0 += layout.cellCols()) {
      int cell = layout.cell(row, c0);
      float scale = grid.scale()[cell];
      int end = Math.min(cols, c0 + layout.cellCols());
      if (offsets.length > 0) {
        for (int c = c0; c < end; c++) {
          dst[offset + c] =
              GridRounding.offsetValue(format, codes.get(row, c), scale, offsets[cell]);
        }
      } else {
        CellRounding.decodeCell(
            format,
            scale,
            grid.zero()[cell],
            codes.values(),
            row * cols + c0,
            end - c0,
            dst,
            offset + c0);
      }
    }
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.grid(this);
  }
}
