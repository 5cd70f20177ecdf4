package io.halftone.core.format;

import java.util.Arrays;

/**
 * Floating-point formats by their definition: a table of all magnitudes from the formula, searched
 * for the nearest by comparing distances. Shares no code with {@link FloatFormat}.
 */
final class FloatOracle {
  private final int signBit;
  private final double[] magnitudes;
  private final boolean oneZero;

  FloatOracle(FloatFormat format) {
    signBit = (int) Math.pow(2, format.exponentBits() + format.mantissaBits());
    int finite =
        switch (format.specials()) {
          case IEEE -> signBit - (int) Math.pow(2, format.mantissaBits());
          case FN -> signBit - 1;
          case FNUZ, FINITE -> signBit;
        };
    oneZero = format.specials() == Specials.FNUZ;
    magnitudes = new double[finite];
    for (int code = 0; code < finite; code++) {
      magnitudes[code] = value(format, code);
    }
  }

  private static double value(FloatFormat format, int code) {
    double steps = Math.pow(2, format.mantissaBits());
    int exponent = (int) (code / steps);
    double fraction = code % steps / steps;
    return exponent == 0
        ? Math.pow(2, 1 - format.bias()) * fraction
        : Math.pow(2, exponent - format.bias()) * (1 + fraction);
  }

  /** All finite magnitudes, ascending; the index is the code. */
  double[] magnitudes() {
    return magnitudes;
  }

  int signBit() {
    return signBit;
  }

  int nearestCode(float x) {
    int sign = 1 / x < 0 || x < 0 ? signBit : 0;
    int magnitude = nearestMagnitude(Math.abs((double) x));
    return oneZero && magnitude == 0 ? 0 : sign + magnitude;
  }

  private int nearestMagnitude(double x) {
    int found = Arrays.binarySearch(magnitudes, x);
    if (found >= 0) {
      return found;
    }
    int above = -found - 1;
    if (above == magnitudes.length) {
      return above - 1;
    }
    double down = x - magnitudes[above - 1];
    double up = magnitudes[above] - x;
    if (down == up) {
      return above % 2 == 0 ? above : above - 1;
    }
    return down < up ? above - 1 : above;
  }
}
