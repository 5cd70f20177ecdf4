package io.halftone.quantizers.grids;

import io.halftone.core.format.IntFormat;
import io.halftone.core.format.NumberFormat;

/**
 * The loss of a cell when its weights are rounded to a candidate grid. Not safe for concurrent use.
 *
 * <p>Residuals are multiplied by a power of two near the reciprocal of the cell's largest magnitude, so that their powers
 * neither overflow nor vanish; this changes no comparison between candidates.
 */
final class CellLoss {
  /** Elements between two looks at the bound. */
  static final int PIECE = 64;

  /** Adding and subtracting 1.5·2^23 rounds a float below 2^22 to the nearest integer, ties to even. */
  private static final float ROUNDER = 0x1.8p23f;

  private final NumberFormat format;
  private final CellValues values;
  private final float unit;
  private final ResidualNorm norm;
  private final float[] residual = new float[PIECE];

  /**
   * The loss of one cell.
   *
   * @param magnitude largest of the cell
   */
  CellLoss(NumberFormat format, CellValues values, float magnitude, ResidualNorm norm) {
    this.format = format;
    this.values = values;
    this.unit = Math.scalb(1f, -Math.max(Float.MIN_EXPONENT, Math.min(-Float.MIN_EXPONENT, Math.getExponent(magnitude))));
    this.norm = norm;
  }

  /** The loss on a grid, or any number that is at least the bound as soon as the loss cannot be below it. */
  double of(float scale, float zero, double bound) {
    double loss = 0;
    for (int at = 0; at < values.length() && loss < bound; at += PIECE) {
      int length = Math.min(PIECE, values.length() - at);
      if (format instanceof IntFormat) {
        integerResiduals(values.from() + at, length, scale, zero);
      } else {
        residuals(values.from() + at, length, scale);
      }
      loss += norm.sum(residual, at, length);
    }
    return loss;
  }

  private void integerResiduals(int from, int length, float scale, float zero) {
    boolean isInteger = zero == (float) Math.rint(zero);
    float shift = isInteger ? 0 : zero;
    float low = isInteger ? format.minCode() - zero : format.minCode();
    float high = isInteger ? format.maxCode() - zero : format.maxCode();
    float[] w = values.data();
    for (int i = 0; i < length; i++) {
      float steps = Math.max(low, Math.min(high, w[from + i] / scale + shift));
      float rounded = steps + ROUNDER - ROUNDER - shift;
      residual[i] = (rounded * scale - w[from + i]) * unit;
    }
  }

  private void residuals(int from, int length, float scale) {
    float[] w = values.data();
    for (int i = 0; i < length; i++) {
      residual[i] = (format.round(w[from + i] / scale) * scale - w[from + i]) * unit;
    }
  }
}
