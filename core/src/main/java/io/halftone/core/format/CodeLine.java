package io.halftone.core.format;

import java.util.OptionalInt;

/**
 * The finite values of a format in ascending order, numbered by ranks, and one value more at either
 * end, where the format would go on.
 *
 * <p>Ranks are codes, but for floating point, where a rank is the magnitude pattern with the sign
 * of the value, so that both zeros have rank 0.
 */
record CodeLine(NumberFormat format) {

  int minRank() {
    return format instanceof FloatFormat floats ? -floats.maxFinite() : format.minCode();
  }

  int maxRank() {
    if (format instanceof FloatFormat floats) {
      return floats.maxFinite();
    }
    return format instanceof ExponentFormat ? format.maxCode() - 1 : format.maxCode();
  }

  /** The value of a rank from minRank − 1 to maxRank + 1; tables end where their values do. */
  double value(int rank) {
    if (format instanceof FloatFormat floats) {
      double magnitude = magnitude(floats, Math.abs(rank));
      return rank < 0 ? -magnitude : magnitude;
    }
    if (format instanceof ExponentFormat exponents) {
      return Math.scalb(1.0, rank - exponents.bias());
    }
    if (format instanceof TableFormat && rank > maxRank()) {
      return Math.nextUp((double) format.maxValue());
    }
    if (format instanceof TableFormat && rank < 0) {
      return Math.nextDown((double) format.minValue());
    }
    return format instanceof TableFormat ? format.decode(rank) : rank;
  }

  /** The formula of {@link FloatFormat}, which knows no largest exponent. */
  private static double magnitude(FloatFormat format, int pattern) {
    int mantissaBits = format.mantissaBits();
    int exponent = pattern >>> mantissaBits;
    int mantissa = pattern & ((1 << mantissaBits) - 1);
    int hidden = exponent == 0 ? 0 : 1 << mantissaBits;
    return Math.scalb(
        (double) (hidden + mantissa), Math.max(exponent, 1) - format.bias() - mantissaBits);
  }

  /** The rank of the code of a finite value. */
  int rank(int code) {
    if (!(format instanceof FloatFormat floats)) {
      return code;
    }
    int magnitude = code & (floats.signBit() - 1);
    return (code & floats.signBit()) == 0 ? magnitude : -magnitude;
  }

  /**
   * The code of a rank from minRank to maxRank.
   *
   * @param negative sign of a zero
   */
  int code(int rank, boolean negative) {
    return format instanceof FloatFormat floats
        ? floats.signed(Math.abs(rank), rank < 0 || (rank == 0 && negative))
        : rank;
  }

  /** The code of an infinity, where there is one. */
  OptionalInt infinity(boolean negative) {
    return format instanceof FloatFormat floats && floats.specials() == Specials.IEEE
        ? OptionalInt.of(floats.signed(floats.maxFinite() + 1, negative))
        : OptionalInt.empty();
  }

  /** The code of NaN, where there is one. */
  OptionalInt nan(boolean negative) {
    if (format instanceof ExponentFormat) {
      return OptionalInt.of(format.maxCode());
    }
    if (!(format instanceof FloatFormat floats)) {
      return OptionalInt.empty();
    }
    int mantissaBits = floats.mantissaBits();
    return switch (floats.specials()) {
      case IEEE ->
          mantissaBits == 0
              ? OptionalInt.empty()
              : OptionalInt.of(
                  floats.signed(floats.maxFinite() + 1 + (1 << (mantissaBits - 1)), negative));
      case FN -> OptionalInt.of(floats.signed(floats.maxFinite() + 1, negative));
      case FNUZ -> OptionalInt.of(floats.signBit());
      case FINITE -> OptionalInt.empty();
    };
  }
}
