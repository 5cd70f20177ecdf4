package io.halftone.quantizers.grids;

/**
 * x^p for non-negative float32 x, from tables: exponent and mantissa are looked up apart, the
 * mantissa's power interpolated linearly.
 *
 * <p>Deterministic on every machine, since the tables come from {@link StrictMath}. Relative error
 * at most |p·(p − 1)| · 2^−23 for normal x; subnormal x take {@link StrictMath#pow} itself.
 */
final class Power {
  private static final int STEPS_LOG2 = 10;
  private static final int STEPS = 1 << STEPS_LOG2;
  private static final int MANTISSA_BITS = 23;
  private static final int REST_BITS = MANTISSA_BITS - STEPS_LOG2;
  private static final int REST_MASK = (1 << REST_BITS) - 1;
  private static final double REST_UNIT = 1.0 / (1 << REST_BITS);
  private static final int EXPONENTS = 255;

  private final double p;
  private final double[] ofExponent = new double[EXPONENTS];
  private final double[] ofMantissa = new double[STEPS + 1];

  Power(double p) {
    this.p = p;
    for (int e = 0; e < EXPONENTS; e++) {
      ofExponent[e] = StrictMath.pow(2, p * (e - Float.MAX_EXPONENT));
    }
    for (int m = 0; m <= STEPS; m++) {
      ofMantissa[m] = StrictMath.pow(1 + m / (double) STEPS, p);
    }
  }

  /** x^p for finite x ≥ 0. */
  double of(float x) {
    if (x < Float.MIN_NORMAL) {
      return StrictMath.pow(x, p);
    }
    int bits = Float.floatToRawIntBits(x);
    int step = (bits >>> REST_BITS) & (STEPS - 1);
    double low = ofMantissa[step];
    double power = Math.fma((bits & REST_MASK) * REST_UNIT, ofMantissa[step + 1] - low, low);
    return ofExponent[bits >>> MANTISSA_BITS] * power;
  }
}
