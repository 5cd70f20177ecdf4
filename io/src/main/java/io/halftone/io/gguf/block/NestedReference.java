package io.halftone.io.gguf.block;

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

  /** Q2_K: weights |x|, absolute errors, 4-bit scales. */
  static FieldEncoder q2k(BlockLayout layout) {
    return new Affine(
        layout, new AffineFitReference(layout.cellSize(), 3, -0.5f, 15, true), 15, false);
  }

  /** Q4_K: weights √mean(x²) + |x|, squared errors, 6-bit scales. */
  static FieldEncoder q4k(BlockLayout layout) {
    return new Affine(
        layout, new AffineFitReference(layout.cellSize(), 15, -1, 20, false), 63, true);
  }

  /** Q5_K: as Q4_K with other ranges. */
  static FieldEncoder q5k(BlockLayout layout) {
    return new Affine(
        layout, new AffineFitReference(layout.cellSize(), 31, -0.5f, 15, false), 63, true);
  }

  /** Q3_K: coordinate passes in each cell, 6-bit scales. */
  static FieldEncoder q3k(BlockLayout layout) {
    return new Symmetric(layout, SymmetricFitReference.descent(layout.cellSize(), 4), 32);
  }

  /** Q6_K: 19 ranges in each cell, 8-bit scales. */
  static FieldEncoder q6k(BlockLayout layout) {
    return new Symmetric(layout, SymmetricFitReference.ranges(layout.cellSize(), 32), 128);
  }

  private record Affine(
      BlockLayout layout, AffineFitReference fit, int maxScale, boolean meanInWeight)
      implements FieldEncoder {
    @Override
    public void encode(float[] x, int at, BlockFields fields) {
      int size = layout.cellSize();
      float[] scales = new float[layout.cells()];
      float[] mins = new float[layout.cells()];
      for (int cell = 0; cell < scales.length; cell++) {
        weigh(x, at + cell * size);
        fit.fit(x, at + cell * size, fields.code, cell * size);
        scales[cell] = fit.scale;
        mins[cell] = fit.min;
      }
      fields.d = nest(scales, fields.scale);
      fields.m = nest(mins, fields.min);
      int maxCode = layout.levels().length - 1;
      for (int cell = 0; cell < scales.length; cell++) {
        float scale = layout.scale(fields, cell);
        float offset = layout.offset(fields, cell);
        for (int i = cell * size; scale != 0 && i < (cell + 1) * size; i++) {
          int nearest = Rounding.nearest((x[at + i] + offset) / scale);
          fields.code[i] = (byte) Rounding.clamp(nearest, 0, maxCode);
        }
      }
    }

    private void weigh(float[] x, int at) {
      float[] weight = fit.weight();
      float squares = 0;
      for (int i = 0; meanInWeight && i < weight.length; i++) {
        squares += x[at + i] * x[at + i];
      }
      float mean = (float) Math.sqrt(squares / weight.length);
      for (int i = 0; i < weight.length; i++) {
        weight[i] = mean + Math.abs(x[at + i]);
      }
    }

    private short nest(float[] values, byte[] stored) {
      float greatest = Math.max(0, Extremes.greatest(values, 0, values.length));
      float inverse = greatest > 0 ? maxScale / greatest : 0;
      for (int cell = 0; cell < values.length; cell++) {
        stored[cell] = (byte) Math.min(maxScale, Rounding.nearest(inverse * values[cell]));
      }
      return Half.bits(greatest / maxScale);
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
