package io.halftone.io.gguf.block;

/**
 * The reference's encoders of types with one scale a block: the range gives the scale, codes are
 * rounded before the scale is.
 *
 * @see <a href="https://github.com/ggml-org/llama.cpp">ggml-quants.c, quantize_row_*_ref</a>
 */
final class FlatReference {
  private FlatReference() {}

  /** Q8_0: the largest magnitude becomes ±127, ties away from zero. */
  static void bytes(float[] x, int at, BlockFields fields) {
    float step = Math.abs(Extremes.signed(x, at, fields.code.length)) / 127;
    float inverse = Extremes.reciprocal(step);
    fields.d = Half.bits(step);
    for (int i = 0; i < fields.code.length; i++) {
      fields.code[i] = (byte) Rounding.halfAway(x[at + i] * inverse);
    }
  }

  /** TQ2_0: the largest magnitude becomes ±1, ties away from zero. */
  static void ternary(float[] x, int at, BlockFields fields) {
    float step = Math.abs(Extremes.signed(x, at, fields.code.length));
    float inverse = Extremes.reciprocal(step);
    fields.d = Half.bits(step);
    for (int i = 0; i < fields.code.length; i++) {
      fields.code[i] = (byte) (Rounding.halfAway(x[at + i] * inverse) + 1);
    }
  }

  /** Q4_0 and Q5_0, zero 8 and 16: the extreme gets code 0, so the step has the other sign. */
  static FieldEncoder symmetric(int zero) {
    return (x, at, fields) -> {
      float step = Extremes.signed(x, at, fields.code.length) / -zero;
      float inverse = Extremes.reciprocal(step);
      fields.d = Half.bits(step);
      for (int i = 0; i < fields.code.length; i++) {
        fields.code[i] = (byte) Math.min(2 * zero - 1, (int) (x[at + i] * inverse + (zero + 0.5f)));
      }
    };
  }

  /** Q4_1 and Q5_1: least and greatest weight become the end codes. */
  static FieldEncoder affine(int maxCode) {
    return (x, at, fields) -> {
      float least = Extremes.least(x, at, fields.code.length);
      float step = (Extremes.greatest(x, at, fields.code.length) - least) / maxCode;
      float inverse = Extremes.reciprocal(step);
      fields.d = Half.bits(step);
      fields.m = Half.bits(least);
      for (int i = 0; i < fields.code.length; i++) {
        fields.code[i] = (byte) Math.min(maxCode, (int) ((x[at + i] - least) * inverse + 0.5f));
      }
    };
  }
}
