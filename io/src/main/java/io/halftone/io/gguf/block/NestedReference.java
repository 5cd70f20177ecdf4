package io.halftone.io.gguf.block;

import io.halftone.core.kernel.AffineCellFit;
import io.halftone.core.kernel.AffineSearch;

/**
 * The reference's encoders of super-blocks: fits each cell, rounds the cells' scales to the
 * super-block's unit, then rounds the weights again with what will be stored.
 *
 * <p>Not safe for concurrent use.
 *
 * @see <a href="https://github.com/ggml-org/llama.cpp">ggml-quants.c, quantize_row_q2_K_ref to
 *     quantize_row_q6_K_ref</a>
 */
final class NestedReference {
  private static final float NEGLIGIBLE = 1e-15f;

  private NestedReference() {}

  /** Q2_K, Q4_K and Q5_K: a search in each cell, scales and minima up to {@code maxScale}. */
  static FieldEncoder affine(BlockLayout layout, AffineSearch search, int maxScale) {
    return new Affine(layout, search, new AffineCellFit(search, layout.cellSize()), maxScale);
  }

  /** Q3_K: coordinate passes in each cell, 6-bit scales. */
  static FieldEncoder q3k(BlockLayout layout) {
    return new Symmetric(layout, SymmetricFitReference.descent(layout.cellSize(), 4), 32);
  }

  /** Q6_K: 19 ranges in each cell, 8-bit scales. */
  static FieldEncoder q6k(BlockLayout layout) {
    return new Symmetric(layout, SymmetricFitReference.ranges(layout.cellSize(), 32), 128);
  }

  private record Affine(BlockLayout layout, AffineSearch search, AffineCellFit fit, int maxScale)
      implements FieldEncoder {
    @Override
    public void encode(float[] x, int at, BlockFields fields) {
      int size = layout.cellSize();
      float[] scales = new float[layout.cells()];
      float[] mins = new float[layout.cells()];
      for (int cell = 0; cell < scales.length; cell++) {
        System.arraycopy(x, at + cell * size, fit.values(), 0, size);
        AffineSearches.weigh(search, fit.values(), fit.weights());
        fit.fit();
        for (int l = 0; l < size; l++) {
          fields.code[cell * size + l] = (byte) fit.codes()[l];
        }
        scales[cell] = fit.scale();
        mins[cell] = fit.offset();
      }
      fields.d = AffineSearches.nest(scales, 0, maxScale, fields.scale);
      fields.m = AffineSearches.nest(mins, 0, maxScale, fields.min);
      for (int cell = 0; cell < scales.length; cell++) {
        float scale = layout.scale(fields, cell);
        float offset = layout.offset(fields, cell);
        for (int i = cell * size; scale != 0 && i < (cell + 1) * size; i++) {
          int nearest = Rounding.nearest((x[at + i] + offset) / scale);
          fields.code[i] = (byte) Rounding.clamp(nearest, 0, search.top());
        }
      }
    }
  }

  private record Symmetric(BlockLayout layout, SymmetricFitReference fit, int scales)
      implements FieldEncoder {
    @Override
    public void encode(float[] x, int at, BlockFields fields) {
      int size = layout.cellSize();
      float[] found = new float[layout.cells()];
      for (int cell = 0; cell < found.length; cell++) {
        found[cell] = fit.fit(x, at + cell * size, fields.code, cell * size);
      }
      float extreme = Extremes.signed(found, 0, found.length);
      if (Math.abs(extreme) < NEGLIGIBLE) {
        clear(fields);
        return;
      }
      float inverse = -scales / extreme;
      fields.d = Half.bits(1 / inverse);
      for (int cell = 0; cell < found.length; cell++) {
        int nearest = Rounding.nearest(inverse * found[cell]);
        fields.scale[cell] = (byte) Rounding.clamp(nearest, -scales, scales - 1);
      }
      int zero = layout.levels().length / 2;
      for (int cell = 0; cell < found.length; cell++) {
        float scale = layout.scale(fields, cell);
        for (int i = cell * size; scale != 0 && i < (cell + 1) * size; i++) {
          int nearest = Rounding.nearest(x[at + i] / scale);
          fields.code[i] = (byte) (Rounding.clamp(nearest, -zero, zero - 1) + zero);
        }
      }
    }

    private void clear(BlockFields fields) {
      fields.d = 0;
      java.util.Arrays.fill(fields.scale, (byte) (scales == 32 ? -32 : 0));
      java.util.Arrays.fill(fields.code, (byte) 0);
    }
  }
}
