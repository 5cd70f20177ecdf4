package io.halftone.testkit;

import java.util.Random;

/** Families of numbers to test arithmetic with, each drawn from a seeded generator. */
public enum Values {
  /** Standard normal. */
  NORMAL,
  /** Around 1e30: products overflow to infinities, sums of those to NaN. */
  HUGE,
  /** Around 1e-25: products and sums are subnormal or zero. */
  TINY,
  /** A mix of signed zeros, subnormals, ones and large magnitudes. */
  MIXED;

  private static final double[] PICKS = {
    0.0, -0.0, 1.0, -1.0, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MIN_NORMAL, 1e20, -1e20, 3e-20
  };

  /**
   * Draws values.
   *
   * @param random advanced by the draws
   * @param length number of values
   */
  public float[] floats(Random random, int length) {
    double[] values = doubles(random, length);
    float[] result = new float[length];
    for (int i = 0; i < length; i++) {
      result[i] = (float) values[i];
    }
    return result;
  }

  /** Draws values as {@link #floats}, in double. */
  public double[] doubles(Random random, int length) {
    double[] result = new double[length];
    for (int i = 0; i < length; i++) {
      result[i] = draw(random);
    }
    return result;
  }

  private double draw(Random random) {
    switch (this) {
      case HUGE:
        return random.nextGaussian() * 1e30;
      case TINY:
        return random.nextGaussian() * 1e-25;
      case MIXED:
        return random.nextBoolean() ? PICKS[random.nextInt(PICKS.length)] : random.nextGaussian();
      default:
        return random.nextGaussian();
    }
  }
}
