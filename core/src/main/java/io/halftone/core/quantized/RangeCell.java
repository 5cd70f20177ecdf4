package io.halftone.core.quantized;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.tensor.FloatMatrix;

/**
 * One cell of a matrix with a grid over its own range: value = decode(code) · scale + offset.
 *
 * @param format of the codes
 * @param fromRow first row
 * @param toRow after the last row
 * @param fromCol first column
 * @param toCol after the last column
 * @param scale positive
 * @param offset 0 for a symmetric grid
 */
record RangeCell(
    NumberFormat format,
    int fromRow,
    int toRow,
    int fromCol,
    int toCol,
    float scale,
    float offset) {

  /**
   * The cell at an element, on the grid of a dynamic scheme.
   *
   * @throws IllegalArgumentException if the scheme is of another kind
   */
  static RangeCell of(TensorScheme scheme, CellLayout layout, FloatMatrix x, int row, int col) {
    if (scheme.timing() == Timing.DYNAMIC && scheme.zeroPoint() == ZeroPoint.NONE) {
      return centred(scheme, layout, x, row, col);
    }
    if (scheme.timing() == Timing.DYNAMIC && scheme.zeroPoint() == ZeroPoint.OFFSET) {
      return offset(scheme, layout, x, row, col);
    }
    throw new IllegalArgumentException(
        "scheme "
            + scheme
            + ": only static or dynamic tensors without a zero point and dynamic ones with an"
            + " offset are rounded at run time");
  }

  private static RangeCell centred(
      TensorScheme scheme, CellLayout layout, FloatMatrix x, int row, int col) {
    RangeCell cell = unscaled(scheme, layout, row, col);
    float largest = 0;
    for (int r = cell.fromRow; r < cell.toRow; r++) {
      for (int i = x.offset(r) + cell.fromCol; i < x.offset(r) + cell.toCol; i++) {
        largest = Math.max(largest, Math.abs(x.data()[i]));
      }
    }
    return cell.on(scheme, scheme.clip().ratio() * largest / scheme.format().maxValue(), 0);
  }

  private static RangeCell offset(
      TensorScheme scheme, CellLayout layout, FloatMatrix x, int row, int col) {
    RangeCell cell = unscaled(scheme, layout, row, col);
    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;
    for (int r = cell.fromRow; r < cell.toRow; r++) {
      for (int i = x.offset(r) + cell.fromCol; i < x.offset(r) + cell.toCol; i++) {
        min = Math.min(min, x.data()[i]);
        max = Math.max(max, x.data()[i]);
      }
    }
    float span = scheme.clip().ratio() * (max - min);
    float levels = scheme.format().maxValue() - scheme.format().minValue();
    float lowest = min + (max - min - span) / 2;
    float scale = span / levels;
    return cell.on(scheme, scale, lowest - scheme.format().minValue() * scale);
  }

  private static RangeCell unscaled(TensorScheme scheme, CellLayout layout, int row, int col) {
    int toRow = (int) Math.min(layout.rows(), (long) row + layout.cellRows());
    int toCol = (int) Math.min(layout.cols(), (long) col + layout.cellCols());
    return new RangeCell(scheme.format(), row, toRow, col, toCol, 1, 0);
  }

  private RangeCell on(TensorScheme scheme, float fitted, float shift) {
    float stored = scheme.scale().store(Math.max(fitted, InputRounding.MIN_SCALE));
    float zero = shift == 0 ? 0 : scheme.scale().storeZero(shift);
    return new RangeCell(format, fromRow, toRow, fromCol, toCol, stored, zero);
  }

  /** Writes the nearest values of the cell's elements. */
  void round(FloatMatrix x, FloatMatrix to) {
    for (int r = fromRow; r < toRow; r++) {
      for (int i = x.offset(r) + fromCol; i < x.offset(r) + toCol; i++) {
        to.data()[i] = nearest(x.data()[i]);
      }
    }
  }

  /** The value on the grid nearest to one. */
  float nearest(float value) {
    int code = GridRounding.code(format, value - offset, scale, 0);
    return GridRounding.offsetValue(format, code, scale, offset);
  }
}
