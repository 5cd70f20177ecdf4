package io.halftone.core.format;

import java.io.Serializable;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * Conversion of float32 into a format, every choice of it spelt out.
 *
 * <p>{@link NumberFormat#encode} is the cast of {@link #nearest} and is faster; it is what
 * quantizers use. Other casts reproduce what runtimes and other libraries do.
 *
 * <p>Differs: IEEE 754 never overflows when it rounds towards zero; here {@link Overflow} decides
 * for every rounding.
 *
 * @param format of the codes
 * @param rounding of values between two neighbours
 * @param overflow of values outside the finite range
 * @param nan of NaN
 */
public record Cast(NumberFormat format, Rounding rounding, Overflow overflow, NanRule nan)
    implements Serializable {
  /**
   * Checks that the format has the special values the rules ask for.
   *
   * @throws IllegalArgumentException if it has neither infinity nor NaN for {@link
   *     Overflow#SPECIAL}, or no NaN for {@link NanRule#KEEP}
   */
  public Cast {
    Objects.requireNonNull(rounding, "rounding");
    Objects.requireNonNull(overflow, "overflow");
    Objects.requireNonNull(nan, "nan");
    CodeLine line = new CodeLine(format);
    if (overflow == Overflow.SPECIAL && special(line, false).isEmpty()) {
      throw new IllegalArgumentException(
          format.name() + " has neither infinity nor NaN for values outside its range");
    }
    if (nan == NanRule.KEEP && line.nan(false).isEmpty()) {
      throw new IllegalArgumentException(format.name() + " has no NaN to keep");
    }
  }

  /**
   * The cast of {@link NumberFormat#encode}: nearest, ties to even (away from zero for {@link
   * ExponentFormat}), saturating, NaN refused.
   */
  public static Cast nearest(NumberFormat format) {
    Rounding ties =
        format instanceof ExponentFormat ? Rounding.NEAREST_AWAY : Rounding.NEAREST_EVEN;
    return new Cast(format, ties, Overflow.SATURATE, NanRule.REFUSE);
  }

  /**
   * The code of a value.
   *
   * @param x any value
   * @throws IllegalArgumentException if a rule refuses the value
   */
  public int encode(float x) {
    CodeLine line = new CodeLine(format);
    boolean negative = Float.floatToRawIntBits(x) < 0;
    if (Float.isNaN(x)) {
      return switch (nan) {
        case KEEP -> line.nan(negative).getAsInt();
        case ZERO -> format.encode(0);
        case REFUSE -> throw Formats.notEncodable(format);
      };
    }
    int rank = rank(line, x);
    if (rank >= line.minRank() && rank <= line.maxRank()) {
      return line.code(rank, negative);
    }
    return switch (overflow) {
      case SATURATE -> line.code(rank < line.minRank() ? line.minRank() : line.maxRank(), negative);
      case SPECIAL -> special(line, negative).getAsInt();
      case REFUSE ->
          throw new IllegalArgumentException(
              "x = "
                  + x
                  + " is outside ["
                  + format.minValue()
                  + ", "
                  + format.maxValue()
                  + "], the range of "
                  + format.name());
    };
  }

  /** The value of the code of a value. */
  public float round(float x) {
    return format.decode(encode(x));
  }

  /** The rank x rounds to; one outside the line for everything outside the range. */
  private int rank(CodeLine line, float x) {
    int nearest = line.rank(format.encode(x));
    int lower = line.value(nearest) > x ? nearest - 1 : nearest;
    double below = line.value(lower);
    if (below == x) {
      return lower;
    }
    if (x < below) {
      return line.minRank() - 1;
    }
    double above = line.value(lower + 1);
    if (x >= above) {
      return line.maxRank() + 1;
    }
    return rounding.takesUpper(below, x, above, (lower + 1) % 2 == 0) ? lower + 1 : lower;
  }

  private static OptionalInt special(CodeLine line, boolean negative) {
    OptionalInt infinity = line.infinity(negative);
    return infinity.isPresent() ? infinity : line.nan(negative);
  }
}
