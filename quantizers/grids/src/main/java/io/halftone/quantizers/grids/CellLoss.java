package io.halftone.quantizers.grids;

import io.halftone.core.format.NumberFormat;

/**
 * The loss of a cell when its weights are rounded to a candidate grid. Not safe for concurrent use.
 */
final class CellLoss {
  /** Elements between two looks at the bound. */
  static final int PIECE = 64;

  private final NumberFormat format;
  private final CellValues values;
  private final float unit;
  private final ResidualNorm norm;
  private final int smallest;
  private final int largest;
  private final float[] residual = new float[PIECE];

  /**
   * The loss of one cell.
   *
   * @param magnitude largest of the cell
   */
  CellLoss(NumberFormat format, CellValues values, float magnitude, ResidualNorm norm) {
    this.format = format;
    this.values = values;
    this.unit = Residuals.unit(magnitude);
    this.norm = norm;
    this.smallest = values.indexOfMin();
    this.largest = values.indexOfMax();
  }

  /**
   * The loss on a grid, or any number that is at least the bound as soon as the loss cannot be
   * below it.
   *
   * <p>A range shrunk too far shows at the ends: their terms are looked at first, and a rounded sum
   * of terms that are not negative is never below one of them.
   */
  double of(float scale, float zero, double bound) {
    if (bound < Double.POSITIVE_INFINITY) {
      double ends = Math.max(term(smallest, scale, zero), term(largest, scale, zero));
      if (ends >= bound) {
        return ends;
      }
    }
    double loss = 0;
    for (int at = 0; at < values.length() && loss < bound; at += PIECE) {
      int length = Math.min(PIECE, values.length() - at);
      fill(at, length, scale, zero);
      loss += norm.sum(residual, at, length);
    }
    return loss;
  }

  private double term(int at, float scale, float zero) {
    fill(at, 1, scale, zero);
    return norm.term(residual[0], at);
  }

  private void fill(int at, int length, float scale, float zero) {
    Residuals.fill(
        format, scale, zero, unit, values.data(), values.from() + at, residual, 0, length);
  }
}
