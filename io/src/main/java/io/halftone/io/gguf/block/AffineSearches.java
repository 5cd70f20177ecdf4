package io.halftone.io.gguf.block;

import io.halftone.core.kernel.AffineSearch;
import io.halftone.core.kernel.AffineSearch.Norm;

/**
 * How the reference fits super-blocks with minima.
 *
 * @see <a href="https://github.com/ggml-org/llama.cpp">ggml-quants.c, quantize_row_q2_K_ref,
 *     quantize_row_q4_K_ref, quantize_row_q5_K_ref</a>
 */
final class AffineSearches {
  static final AffineSearch Q2_K = new AffineSearch(3, -0.5f, 15, Norm.ABSOLUTE);
  static final AffineSearch Q4_K = new AffineSearch(15, -1, 20, Norm.SQUARED);
  static final AffineSearch Q5_K = new AffineSearch(31, -0.5f, 15, Norm.SQUARED);

  private AffineSearches() {}

  /** The weights of a cell's errors: |x|, and with squared errors √mean(x²) + |x|. */
  static void weigh(AffineSearch search, float[] x, float[] weight) {
    float mean = 0;
    if (search.norm() == Norm.SQUARED) {
      float squares = 0;
      for (float value : x) {
        squares += value * value;
      }
      mean = (float) Math.sqrt(squares / x.length);
    }
    for (int l = 0; l < x.length; l++) {
      weight[l] = mean + Math.abs(x[l]);
    }
  }

  /**
   * Stores values of the cells of a super-block as multiples of one unit.
   *
   * @param values not negative, read from {@code from}
   * @param stored written, as many as the super-block has cells
   * @return bits of the unit
   */
  static short nest(float[] values, int from, int maxScale, byte[] stored) {
    float greatest = Math.max(0, Extremes.greatest(values, from, stored.length));
    float inverse = greatest > 0 ? maxScale / greatest : 0;
    for (int cell = 0; cell < stored.length; cell++) {
      stored[cell] = (byte) Math.min(maxScale, Rounding.nearest(inverse * values[from + cell]));
    }
    return Half.bits(greatest / maxScale);
  }
}
