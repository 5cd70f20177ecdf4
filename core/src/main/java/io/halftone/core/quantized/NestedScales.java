package io.halftone.core.quantized;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.Nesting;
import io.halftone.core.scheme.ScaleSpec;
import java.util.Objects;

/**
 * Scales, or offsets, of two levels exactly as a file holds them: value(cell) = decode(code[cell])
 * combined with the number of the outer cell that the cell lies in.
 *
 * @param layout the inner cells
 * @param format of the inner codes
 * @param codes one per inner cell; taken over without a copy
 * @param outerLayout the outer cells, which consist of whole inner cells
 * @param outer one per outer cell, finite, any sign; taken over without a copy
 * @param nesting how the levels combine
 */
public record NestedScales(
    CellLayout layout,
    NumberFormat format,
    short[] codes,
    CellLayout outerLayout,
    float[] outer,
    Nesting nesting) {
  /** The code of the smallest positive value in every format that has a zero. */
  private static final int SMALLEST = 1;

  /**
   * Validates the lengths.
   *
   * @throws IllegalArgumentException if a length is not the number of cells, or the layouts are of
   *     different matrices
   */
  public NestedScales {
    Objects.requireNonNull(nesting, "nesting");
    if (codes.length != layout.count()
        || outer.length != outerLayout.count()
        || layout.rows() != outerLayout.rows()
        || layout.cols() != outerLayout.cols()) {
      throw new IllegalArgumentException(
          codes.length
              + " inner codes and "
              + outer.length
              + " outer numbers for "
              + layout.count()
              + " and "
              + outerLayout.count()
              + " cells");
    }
  }

  /** The outer cell that an inner cell lies in. */
  public int outerCell(int cell) {
    int row = cell / layout.cellsPerRow() * layout.cellRows();
    int col = cell % layout.cellsPerRow() * layout.cellCols();
    return outerLayout.cell(row, col);
  }

  /** The number of an inner cell, as a decoder computes it. */
  public float value(int cell) {
    return nesting.combine(format.decode(codes[cell]), outer[outerCell(cell)]);
  }

  /** The numbers of all inner cells. */
  public float[] values() {
    float[] values = new float[codes.length];
    for (int cell = 0; cell < values.length; cell++) {
      values[cell] = value(cell);
    }
    return values;
  }

  /**
   * The nearest storable scales: the outer number gives the largest magnitude of its cells the
   * format's largest value, then every code is rounded to nearest, but not to zero.
   *
   * @param spec of the scheme
   * @param layout the inner cells
   * @param scales wanted, one per inner cell, finite; read
   * @throws IllegalArgumentException if a scale is not finite, negative in an unsigned format, or
   *     an outer number is beyond the range of its storage
   */
  public static NestedScales fit(ScaleSpec.Nested spec, CellLayout layout, float[] scales) {
    CellLayout outerLayout = spec.outerLayout(layout);
    float[] outer = new float[outerLayout.count()];
    short[] codes = new short[layout.count()];
    NestedScales result =
        new NestedScales(layout, spec.format(), codes, outerLayout, outer, spec.nesting());
    for (int cell = 0; cell < scales.length; cell++) {
      if (!Float.isFinite(scales[cell]) || (scales[cell] < 0 && spec.format().minValue() >= 0)) {
        throw new IllegalArgumentException(
            "scale " + scales[cell] + " of cell " + cell + " in " + spec.format().name());
      }
      int of = result.outerCell(cell);
      outer[of] = Math.max(outer[of], Math.abs(scales[cell]));
    }
    for (int i = 0; i < outer.length; i++) {
      float step = outer[i] / spec.format().maxValue();
      outer[i] = spec.outerScale().store(spec.nesting() == Nesting.PRODUCT ? step : inverse(step));
    }
    for (int cell = 0; cell < scales.length; cell++) {
      float of = outer[result.outerCell(cell)];
      float inner = spec.nesting() == Nesting.PRODUCT ? scales[cell] / of : scales[cell] * of;
      codes[cell] = (short) nonZeroCode(spec.format(), inner);
    }
    return result;
  }

  private static float inverse(float step) {
    return step == 0 ? 0 : 1 / step;
  }

  private static int nonZeroCode(NumberFormat format, float inner) {
    int code = format.encode(inner);
    return format.decode(code) == 0
        ? format.encode(Math.copySign(format.decode(SMALLEST), inner))
        : code;
  }

  /** Whether these are scales of a scheme that nests them so. */
  boolean matches(ScaleSpec.Nested spec) {
    return format.equals(spec.format())
        && nesting == spec.nesting()
        && outerLayout.equals(spec.outerLayout(layout));
  }
}
