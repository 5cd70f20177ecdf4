package io.halftone.testkit.vectors;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A number format as its definition gives it: every finite value, exactly.
 *
 * @param name of the format
 * @param bits width of a code
 * @param points finite values in ascending order, without negative zero
 * @param below the value a code below the first would have; values down to it, excluded, round
 * @param above the value a code above the last would have
 * @param negativeZero its code, where there is one
 * @param infinity codes of the infinities, negative first, or none
 * @param nan canonical codes of NaN with sign, negative first, or none
 */
record Definition(
    String name,
    int bits,
    List<Point> points,
    BigDecimal below,
    BigDecimal above,
    OptionalInt negativeZero,
    List<Integer> infinity,
    List<Integer> nan) {

  /** A finite value and its code. */
  record Point(BigDecimal value, int code) {}

  /** Two's complement or unsigned integers. */
  static Definition integers(int bits, boolean signed) {
    int first = signed ? -(1 << (bits - 1)) : 0;
    int last = first + (1 << bits) - 1;
    List<Point> points = new ArrayList<>();
    for (int code = first; code <= last; code++) {
      points.add(new Point(BigDecimal.valueOf(code), code));
    }
    return new Definition(
        (signed ? "INT" : "UINT") + bits,
        bits,
        points,
        BigDecimal.valueOf(first - 1L),
        BigDecimal.valueOf(last + 1L),
        OptionalInt.empty(),
        List.of(),
        List.of());
  }

  /** Sign, exponent, mantissa; {@code kind} says which patterns are not finite. */
  static Definition floats(String name, int exponent, int mantissa, int bias, Kind kind) {
    int sign = 1 << (exponent + mantissa);
    int last =
        switch (kind) {
          case IEEE -> sign - (1 << mantissa) - 1;
          case FN -> sign - 2;
          case FNUZ, FINITE -> sign - 1;
        };
    List<Point> points = new ArrayList<>();
    for (int pattern = last; pattern > 0; pattern--) {
      points.add(new Point(magnitude(pattern, mantissa, bias).negate(), sign | pattern));
    }
    for (int pattern = 0; pattern <= last; pattern++) {
      points.add(new Point(magnitude(pattern, mantissa, bias), pattern));
    }
    BigDecimal next = magnitude(last + 1, mantissa, bias);
    int quiet = last + 1 + (1 << mantissa) / 2;
    return new Definition(
        name,
        1 + exponent + mantissa,
        points,
        next.negate(),
        next,
        kind == Kind.FNUZ ? OptionalInt.empty() : OptionalInt.of(sign),
        kind == Kind.IEEE ? List.of(sign | (last + 1), last + 1) : List.of(),
        switch (kind) {
          case IEEE -> List.of(sign | quiet, quiet);
          case FN -> List.of(sign | (last + 1), last + 1);
          case FNUZ -> List.of(sign, sign);
          case FINITE -> List.of();
        });
  }

  /** Which patterns of a floating-point format are not finite. */
  enum Kind {
    /** The top exponent: infinities and NaNs. */
    IEEE,
    /** All ones: NaN. */
    FN,
    /** What would be negative zero: NaN. */
    FNUZ,
    /** None. */
    FINITE
  }

  /** Powers of two of unsigned exponents; the last code is NaN. */
  static Definition exponents(String name, int bits, int bias) {
    int nan = (1 << bits) - 1;
    List<Point> points = new ArrayList<>();
    for (int code = 0; code < nan; code++) {
      points.add(new Point(powerOfTwo(code - bias), code));
    }
    return new Definition(
        name,
        bits,
        points,
        powerOfTwo(-1 - bias),
        powerOfTwo(nan - bias),
        OptionalInt.empty(),
        List.of(),
        List.of(nan, nan));
  }

  /** Values listed by code, ascending; there is nothing to round beyond the ends. */
  static Definition table(String name, int bits, List<Float> values) {
    List<Point> points = new ArrayList<>();
    for (float value : values) {
      points.add(new Point(new BigDecimal(value), points.size()));
    }
    return new Definition(
        name,
        bits,
        points,
        points.get(0).value(),
        points.get(points.size() - 1).value(),
        OptionalInt.empty(),
        List.of(),
        List.of());
  }

  static BigDecimal powerOfTwo(int exponent) {
    BigDecimal power = new BigDecimal(BigInteger.ONE.shiftLeft(Math.abs(exponent)));
    return exponent < 0 ? BigDecimal.ONE.divide(power) : power;
  }

  private static BigDecimal magnitude(int pattern, int mantissa, int bias) {
    int field = pattern >> mantissa;
    int fraction = pattern - (field << mantissa);
    return field == 0
        ? powerOfTwo(1 - bias - mantissa).multiply(BigDecimal.valueOf(fraction))
        : powerOfTwo(field - bias - mantissa)
            .multiply(BigDecimal.valueOf((1L << mantissa) + fraction));
  }

  /** The index of the largest value that is not above x; −1 if all are. */
  int floor(BigDecimal x) {
    int low = 0;
    int high = points.size();
    while (low < high) {
      int middle = (low + high) / 2;
      if (points.get(middle).value().compareTo(x) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  /** The value of an index, ends included. */
  BigDecimal value(int index) {
    return index < 0 ? below : index >= points.size() ? above : points.get(index).value();
  }

  /** Whether the code of an index is even, those beyond the ends included. */
  boolean isEven(int index) {
    return index < 0 || index >= points.size()
        ? points.get(index < 0 ? 0 : index - 1).code() % 2 != 0
        : points.get(index).code() % 2 == 0;
  }
}
