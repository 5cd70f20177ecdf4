package io.halftone.quantizers.grids;

import io.halftone.core.format.Formats;
import io.halftone.core.format.IntFormat;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.ZeroPoint;

/**
 * Turns the range of a cell into its scale, then its zero point.
 *
 * <p>Without zero point the range is made symmetric and its end gets the format's largest value;
 * with one it is extended to contain 0 and its ends get the first and the last code.
 */
record RangeRule(NumberFormat format, ScaleSpec storage, ZeroPoint kind) {
  /** Nested scales depend on each other; {@link WeightCells#stored} rounds them together. */
  private static final ScaleSpec UNSTORED = new ScaleSpec.Stored(Formats.F32);

  RangeRule {
    if (!(format instanceof IntFormat) && kind != ZeroPoint.NONE) {
      throw new IllegalArgumentException(
          "a grid of " + format.name() + " codes has no zero point, the scheme asks for " + kind);
    }
    if (kind == ZeroPoint.OFFSET) {
      throw new IllegalArgumentException(
          "ranges give zero points in code units, the scheme stores " + kind + " zero points");
    }
  }

  static RangeRule of(TensorScheme scheme) {
    if (scheme.isFull()) {
      throw new IllegalArgumentException("the weight scheme is full precision, it has no grid");
    }
    ScaleSpec storage = scheme.scale() instanceof ScaleSpec.Nested ? UNSTORED : scheme.scale();
    return new RangeRule(scheme.format(), storage, scheme.zeroPoint());
  }

  /** The distance of two codes that spread over [min, max], before storing. */
  double step(float min, float max) {
    if (kind == ZeroPoint.NONE) {
      return Math.max(Math.abs(min), Math.abs(max)) / (double) format.maxValue();
    }
    double range = (double) Math.max(0, max) - Math.min(0, min);
    return range / (format.maxCode() - format.minCode());
  }

  /**
   * A step as stored; positive even where float32 underflows.
   *
   * @throws IllegalArgumentException if it is beyond the storage's range
   */
  float store(double step) {
    return storage.store(step > 0 ? Math.max((float) step, Float.MIN_VALUE) : 0);
  }

  /** The zero point that puts the lower end of [min, max] on the first code. */
  float zero(float min, float max, float scale) {
    boolean empty = Math.max(Math.abs(min), Math.abs(max)) == 0;
    return switch (kind) {
      case NONE -> 0;
      case INTEGER, FLOAT, OFFSET ->
          storeZero(empty ? 0 : format.minCode() - Math.min(0, min) / (double) scale);
    };
  }

  /** A zero point as stored, between the first and the last code. */
  float storeZero(double zero) {
    float clamped = (float) Math.max(format.minCode(), Math.min(format.maxCode(), zero));
    return kind == ZeroPoint.INTEGER ? (float) Math.rint(clamped) : storage.storeZero(clamped);
  }
}
