package io.halftone.quantizers.grids;

import io.halftone.core.format.IntFormat;
import io.halftone.core.kernel.GridResidual;
import io.halftone.core.kernel.Kernels;

/** Squares of the residuals on integer codes. */
final class SquaredLoss implements CellLoss {
  /** Elements between two looks at the bound. */
  private static final int PIECE = 512;

  /** 1, less more than what rounding can take from a sum. */
  private static final double SAFE = 0.999;

  private final IntFormat format;
  private final CellValues values;
  private final float unit;
  private final float min;
  private final float max;
  private final Kernels kernels;

  /**
   * The loss of one cell.
   *
   * @param min smallest of the cell
   * @param max largest of the cell
   */
  SquaredLoss(IntFormat format, CellValues values, float min, float max, Kernels kernels) {
    this.format = format;
    this.values = values;
    this.unit = Residuals.unit(Math.max(Math.abs(min), Math.abs(max)));
    this.min = min * unit;
    this.max = max * unit;
    this.kernels = kernels;
  }

  @Override
  public double of(float scale, float zero, double bound) {
    boolean isInteger = zero == (float) Math.rint(zero);
    float shift = isInteger ? 0 : zero;
    int low = isInteger ? format.minCode() - (int) zero : format.minCode();
    int high = isInteger ? format.maxCode() - (int) zero : format.maxCode();
    float step = scale * unit;
    if (bound < Double.POSITIVE_INFINITY) {
      float inverse = 1 / step;
      float first = GridResidual.of(min, step, inverse, shift, low, high);
      float last = GridResidual.of(max, step, inverse, shift, low, high);
      double ends = (double) first * first + (double) last * last;
      if (values.length() > 1 && SAFE * ends >= bound) {
        return ends;
      }
    }
    double loss = 0;
    for (int at = 0; at < values.length() && loss < bound; at += PIECE) {
      int length = Math.min(PIECE, values.length() - at);
      loss +=
          kernels.squaredResiduals(
              values.data(), values.from() + at, length, unit, step, shift, low, high);
    }
    return loss;
  }

  /** The squares of two numbers add up to half the square of their sum or more. */
  @Override
  public double ofExcess(double excess) {
    double scaled = excess * unit;
    return SAFE * 0.5 * scaled * scaled;
  }
}
