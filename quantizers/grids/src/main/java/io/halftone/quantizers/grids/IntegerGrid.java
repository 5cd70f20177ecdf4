package io.halftone.quantizers.grids;

import io.halftone.core.format.IntFormat;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.spi.GridFitter;

/**
 * The conventions by which integers of b bits stand for real numbers: which codes there are, what
 * zero point, and how the scale follows from a cell's range.
 */
public enum IntegerGrid {
  /**
   * Codes −2^(b−1) to 2^(b−1) − 1, scale = max|w| / (2^(b−1) − 1). Rounding to nearest never
   * produces the first code, so that the codes it leaves are closed under negation; methods that
   * move errors may use it.
   */
  SYMMETRIC(true, ZeroPoint.NONE),
  /** The same codes, scale = 2·max|w| / (2^b − 1): half a step of the positive end is clipped. */
  SYMMETRIC_FULL(true, ZeroPoint.NONE),
  /** {@link #SYMMETRIC_FULL} in codes 0 to 2^b − 1 with zero point 2^(b−1). */
  SYMMETRIC_FULL_UNSIGNED(false, ZeroPoint.INTEGER),
  /** The same codes; the weight of largest magnitude gets the first one, scales have a sign. */
  SYMMETRIC_SIGNED_SCALE(true, ZeroPoint.NONE),
  /** Odd multiples of half a step, no value at 0: codes 0 to 2^b − 1, zero point (2^b − 1) / 2. */
  SYMMETRIC_HALF_STEPS(false, ZeroPoint.FLOAT),
  /** Codes 0 to 2^b − 1 over the range extended to contain 0, integer zero point. */
  ASYMMETRIC(false, ZeroPoint.INTEGER),
  /** Codes −2^(b−1) to 2^(b−1) − 1 over the range extended to contain 0, integer zero point. */
  ASYMMETRIC_SIGNED(true, ZeroPoint.INTEGER),
  /** Codes 0 to 2^b − 1 over the range extended to contain 0, real zero point in code units. */
  ASYMMETRIC_REAL_ZERO(false, ZeroPoint.FLOAT),
  /** Codes 0 to 2^b − 1 over the range as it is; the smallest weight is stored. */
  ASYMMETRIC_OFFSET(false, ZeroPoint.OFFSET);

  private final boolean signed;
  private final ZeroPoint zeroPoint;

  IntegerGrid(boolean signed, ZeroPoint zeroPoint) {
    this.signed = signed;
    this.zeroPoint = zeroPoint;
  }

  /**
   * The scheme of a weight in this convention.
   *
   * @param bits in [2, 8]
   */
  public TensorScheme scheme(int bits, Granularity cells, ScaleSpec scale) {
    return new TensorScheme(new IntFormat(bits, signed), cells, scale, zeroPoint, Timing.STATIC);
  }

  /** Fits scales and zero points by the convention's formula. */
  public GridFitter fitter() {
    return switch (this) {
      case SYMMETRIC -> new AbsMax();
      case SYMMETRIC_FULL, SYMMETRIC_FULL_UNSIGNED -> new FullAbsMax();
      case SYMMETRIC_SIGNED_SCALE -> new SignedMax();
      case SYMMETRIC_HALF_STEPS -> new MidRise();
      case ASYMMETRIC, ASYMMETRIC_SIGNED, ASYMMETRIC_REAL_ZERO -> new MinMax();
      case ASYMMETRIC_OFFSET -> new MinMaxOffset();
    };
  }
}
