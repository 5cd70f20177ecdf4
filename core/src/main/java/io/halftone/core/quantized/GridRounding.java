package io.halftone.core.quantized;

import io.halftone.core.format.IntFormat;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.tensor.FloatMatrix;

/** Rounds values to the nearest point of a grid, ties to the even code step, saturating. */
public final class GridRounding {
  private GridRounding() {}

  /**
   * The nearest code: clamp(rint(value / scale) + zero) for an integer zero point, clamp(rint(value
   * / scale + zero)) for a real one, and the format's own nearest code for other formats (zero must
   * be 0). Where the scale is 0 all codes have one value; any may come back.
   *
   * @param value finite
   * @throws IllegalArgumentException if the value is NaN
   */
  public static int code(NumberFormat format, float value, float scale, float zero) {
    float steps = value / scale;
    if (Float.isNaN(steps)) {
      return codeOfConstant(format, value, scale, zero);
    }
    if (format instanceof IntFormat) {
      float rounded =
          zero == (float) Math.rint(zero)
              ? (float) Math.rint(steps) + zero
              : (float) Math.rint(steps + zero);
      return (int) Math.max(format.minCode(), Math.min(format.maxCode(), rounded));
    }
    return format.encode(steps + zero);
  }

  /** A cell of scale 0 decodes every code to the same value. */
  private static int codeOfConstant(NumberFormat format, float value, float scale, float zero) {
    if (scale != 0 || Float.isNaN(value)) {
      throw new IllegalArgumentException(
          "value " + value + " at scale " + scale + " is not a number");
    }
    return format.encode(zero);
  }

  /** The value of a code: (decode(code) - zero) * scale. */
  public static float value(NumberFormat format, int code, float scale, float zero) {
    return (format.decode(code) - zero) * scale;
  }

  /** The value of a code on a grid with an offset in value units: decode(code) * scale + offset. */
  public static float offsetValue(NumberFormat format, int code, float scale, float offset) {
    return format.decode(code) * scale + offset;
  }

  /** The value of the nearest code. */
  public static float nearest(NumberFormat format, float value, float scale, float zero) {
    return value(format, code(format, value, scale, zero), scale, zero);
  }

  /**
   * The nearest codes of a whole matrix, parallel over rows.
   *
   * @param scheme gives the format
   * @param grid its layout must have the matrix's shape
   * @param weight [rows, cols], read
   */
  public static Codes codes(TensorScheme scheme, Grid grid, FloatMatrix weight, Compute compute) {
    NumberFormat format = scheme.format();
    CellLayout layout = grid.layout();
    int cols = weight.cols();
    short[] values = new short[weight.data().length];
    compute.parallel(
        weight.rows(),
        r -> {
          int row = r * cols;
          for (int c0 = 0; c0 < cols; c0 += layout.cellCols()) {
            int cell = layout.cell(r, c0);
            int width = Math.min(cols, c0 + layout.cellCols()) - c0;
            CellRounding.roundCell(
                format,
                grid.scale()[cell],
                grid.zero()[cell],
                weight.data(),
                row + c0,
                width,
                values);
          }
        });
    return new Codes(weight.rows(), cols, format.bits(), values);
  }
}
