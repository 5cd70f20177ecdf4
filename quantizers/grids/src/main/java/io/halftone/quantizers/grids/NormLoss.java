package io.halftone.quantizers.grids;

import io.halftone.core.format.NumberFormat;

/** A norm of the residuals, for every format. Not safe for concurrent use. */
final class NormLoss implements CellLoss {
  /** Elements between two looks at the bound. */
  static final int PIECE = 64;

  /** A half, less more than what rounding can take from a residual. */
  private static final double SAFE_HALF = 0.499;

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
  NormLoss(NumberFormat format, CellValues values, float magnitude, ResidualNorm norm) {
    this.format = format;
    this.values = values;
    this.unit = Residuals.unit(magnitude);
    this.norm = norm;
    this.smallest = values.indexOfMin();
    this.largest = values.indexOfMax();
  }

  @Override
  public double of(float scale, float zero, double bound) {
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

  /** One of the ends is off by half the excess; which one is not known. */
  @Override
  public double ofExcess(double excess) {
    float residual = (float) (SAFE_HALF * excess * unit);
    return Math.min(norm.term(residual, smallest), norm.term(residual, largest));
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
