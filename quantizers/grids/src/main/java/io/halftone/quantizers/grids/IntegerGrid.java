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
  SYMMETRIC(true, ZeroPoint.NONE, new AbsMax()),
  /** The same codes, scale = 2·max|w| / (2^b − 1): half a step of the positive end is clipped. */
  SYMMETRIC_FULL(true, ZeroPoint.NONE, new FullAbsMax()),
  /** {@link #SYMMETRIC_FULL} in codes 0 to 2^b − 1 with zero point 2^(b−1). */
  SYMMETRIC_FULL_UNSIGNED(false, ZeroPoint.INTEGER, new FullAbsMax()),
  /** The same codes; the weight of largest magnitude gets the first one, scales have a sign. */
  SYMMETRIC_SIGNED_SCALE(true, ZeroPoint.NONE, new SignedMax()),
  /** Odd multiples of half a step, no value at 0: codes 0 to 2^b − 1, zero point (2^b − 1) / 2. */
  SYMMETRIC_HALF_STEPS(false, ZeroPoint.FLOAT, new MidRise()),
  /** Codes 0 to 2^b − 1 over the range extended to contain 0, integer zero point. */
  ASYMMETRIC(false, ZeroPoint.INTEGER, new MinMax()),
  /** Codes −2^(b−1) to 2^(b−1) − 1 over the range extended to contain 0, integer zero point. */
  ASYMMETRIC_SIGNED(true, ZeroPoint.INTEGER, new MinMax()),
  /** Codes 0 to 2^b − 1 over the range extended to contain 0, real zero point in code units. */
  ASYMMETRIC_REAL_ZERO(false, ZeroPoint.FLOAT, new MinMax()),
  /** Codes 0 to 2^b − 1 over the range as it is; the smallest weight is stored. */
  ASYMMETRIC_OFFSET(false, ZeroPoint.OFFSET, new MinMaxOffset());

  private final boolean signed;
  private final ZeroPoint zeroPoint;

  /** A record without state, as all fitters named above. */
  @SuppressWarnings("ImmutableEnumChecker")
  private final GridFitter fitter;

  IntegerGrid(boolean signed, ZeroPoint zeroPoint, GridFitter fitter) {
    this.signed = signed;
    this.zeroPoint = zeroPoint;
    this.fitter = fitter;
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
    return fitter;
  }
}
