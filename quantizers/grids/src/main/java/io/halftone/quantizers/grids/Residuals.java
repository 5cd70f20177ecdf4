package io.halftone.quantizers.grids;

import io.halftone.core.format.IntFormat;
import io.halftone.core.format.NumberFormat;

/**
 * ŵ − w for the nearest point of one cell's grid, with the bits of {@link
 * io.halftone.core.quantized.GridRounding}.
 */
final class Residuals {
  /**
   * Adding and subtracting 1.5·2^23 rounds a float below 2^22 to the nearest integer, ties to even.
   */
  private static final float ROUNDER = 0x1.8p23f;

  private Residuals() {}

  /**
   * A power of two near the reciprocal of a cell's largest magnitude: residuals times it can be
   * squared without overflow or underflow, and no comparison between two grids of the cell changes.
   */
  static float unit(float magnitude) {
    int exponent = Math.getExponent(magnitude);
    return Math.scalb(1f, -Math.max(Float.MIN_EXPONENT, Math.min(-Float.MIN_EXPONENT, exponent)));
  }

  /**
   * Computes (ŵ − w)·unit for consecutive weights.
   *
   * @param w read from {@code from}
   * @param residual written from {@code to}
   */
  static void fill(
      NumberFormat format,
      float scale,
      float zero,
      float unit,
      float[] w,
      int from,
      float[] residual,
      int to,
      int length) {
    if (format instanceof IntFormat) {
      boolean isInteger = zero == (float) Math.rint(zero);
      float low = isInteger ? format.minCode() - zero : format.minCode();
      float high = isInteger ? format.maxCode() - zero : format.maxCode();
      onIntegers(low, high, isInteger ? 0 : zero, scale, unit, w, from, residual, to, length);
    } else {
      for (int i = 0; i < length; i++) {
        residual[to + i] = (format.round(w[from + i] / scale) * scale - w[from + i]) * unit;
      }
    }
  }

  private static void onIntegers(
      float low,
      float high,
      float shift,
      float scale,
      float unit,
      float[] w,
      int from,
      float[] residual,
      int to,
      int length) {
    for (int i = 0; i < length; i++) {
      float steps = Math.max(low, Math.min(high, w[from + i] / scale + shift));
      float rounded = steps + ROUNDER - ROUNDER - shift;
      residual[to + i] = (rounded * scale - w[from + i]) * unit;
    }
  }
}
