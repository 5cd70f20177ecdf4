package io.halftone.testkit.vectors;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;

/** Casts by comparing exact distances to the two neighbours in a format's table of values. */
record ExactCast(Definition format) {
  /** Names of the roundings, in the order of the columns. */
  static final List<String> ROUNDINGS =
      List.of("NEAREST_EVEN", "NEAREST_AWAY", "TOWARD_ZERO", "UPWARD", "DOWNWARD");

  /** The codes of a float under one rounding. */
  record Result(String saturate, String special, String refuse) {}

  Result cast(float x, String rounding) {
    int count = format.points().size();
    int index = Float.isInfinite(x) ? (x > 0 ? count : -1) : index(new BigDecimal(x), rounding);
    boolean negative = Float.floatToRawIntBits(x) < 0;
    String saturated = hex(code(Math.max(0, Math.min(count - 1, index)), negative));
    if (index >= 0 && index < count) {
      return new Result(saturated, saturated, saturated);
    }
    List<Integer> special = format.infinity().isEmpty() ? format.nan() : format.infinity();
    return new Result(saturated, special.isEmpty() ? "-" : hex(special.get(negative ? 0 : 1)), "x");
  }

  /** Codes of NaN kept and of NaN turned into zero. */
  Result nan(boolean negative) {
    List<Integer> nan = format.nan();
    String kept = nan.isEmpty() ? "-" : hex(nan.get(negative ? 0 : 1));
    int zero = index(BigDecimal.ZERO, "NEAREST_EVEN");
    return new Result(kept, hex(code(Math.max(0, zero), false)), "x");
  }

  private int code(int index, boolean negative) {
    Definition.Point point = format.points().get(index);
    boolean isNegativeZero = negative && point.value().signum() == 0;
    return isNegativeZero && format.negativeZero().isPresent()
        ? format.negativeZero().getAsInt()
        : point.code();
  }

  /** −1 and the number of points stand for what lies outside. */
  private int index(BigDecimal x, String rounding) {
    int count = format.points().size();
    int floor = format.floor(x);
    if (floor < 0 && x.compareTo(format.below()) <= 0) {
      return -1;
    }
    if (floor == count - 1 && x.compareTo(format.above()) >= 0) {
      return x.compareTo(format.value(floor)) == 0 ? floor : count;
    }
    BigDecimal down = x.subtract(format.value(floor));
    BigDecimal up = format.value(floor + 1).subtract(x);
    if (down.signum() == 0) {
      return floor;
    }
    int nearer = down.compareTo(up);
    boolean positive = x.signum() > 0;
    boolean takesUpper =
        switch (rounding) {
          case "NEAREST_EVEN" -> nearer > 0 || (nearer == 0 && format.isEven(floor + 1));
          case "NEAREST_AWAY" -> nearer > 0 || (nearer == 0 && positive);
          case "TOWARD_ZERO" ->
              format.value(floor + 1).abs().compareTo(format.value(floor).abs()) < 0;
          case "UPWARD" -> true;
          case "DOWNWARD" -> false;
          default -> throw new IllegalArgumentException("no rounding '" + rounding + "'");
        };
    return takesUpper ? floor + 1 : floor;
  }

  private String hex(int code) {
    int digits = (format.bits() + 3) / 4;
    int field = code & (int) ((1L << format.bits()) - 1);
    return String.format(Locale.ROOT, "%0" + digits + "x", field);
  }
}
