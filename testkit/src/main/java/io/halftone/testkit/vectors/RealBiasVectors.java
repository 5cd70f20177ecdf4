package io.halftone.testkit.vectors;

import io.halftone.testkit.vectors.Definition.Kind;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Floating point with a real bias: a format of finite values, times a unit of float32.
 *
 * @param exponent bits
 * @param mantissa bits
 * @param eighths the bias in eighths
 */
record RealBiasVectors(int exponent, int mantissa, int eighths) {
  private static final int EIGHTHS = 8;
  private static final MathContext EXACTLY = new MathContext(60);

  /** One row per input. */
  static String text() {
    StringBuilder text = new StringBuilder("exponent\tmantissa\tbias\tunit\tinput\tcode\tvalue\n");
    for (int[] bits : new int[][] {{2, 1}, {3, 2}, {4, 3}, {5, 2}}) {
      for (int eighths : new int[] {-12, 57}) {
        new RealBiasVectors(bits[0], bits[1], eighths).append(text);
      }
    }
    return text.toString();
  }

  private void append(StringBuilder text) {
    int whole = Math.floorDiv(eighths, EIGHTHS);
    Definition format = Definition.floats("", exponent, mantissa, whole, Kind.FINITE);
    float unit = unit(eighths - EIGHTHS * whole);
    ExactCast cast = new ExactCast(format);
    for (float input : inputs(format, unit)) {
      float quotient =
          new BigDecimal(input).divide(new BigDecimal(unit), MathContext.DECIMAL128).floatValue();
      String code = cast.cast(Math.copySign(quotient, input), "NEAREST_EVEN").saturate();
      int field = Integer.parseInt(code, 16);
      float value =
          format.points().stream()
              .filter(point -> point.code() == field)
              .findFirst()
              .map(point -> point.value().multiply(new BigDecimal(unit)).floatValue())
              .orElse(-0f);
      text.append(exponent).append('\t').append(mantissa).append('\t');
      text.append(BigDecimal.valueOf(eighths).divide(BigDecimal.valueOf(EIGHTHS))).append('\t');
      text.append(hex(unit)).append('\t').append(hex(input)).append('\t');
      text.append(code).append('\t').append(hex(value)).append('\n');
    }
  }

  /** 2^(−eighths/8), rounded once. */
  private static float unit(int eighths) {
    BigDecimal root = BigDecimal.valueOf(2);
    for (int i = 1; i < EIGHTHS; i *= 2) {
      root = root.sqrt(EXACTLY);
    }
    return BigDecimal.ONE.divide(root.pow(eighths, EXACTLY), EXACTLY).floatValue();
  }

  /** Values, ties and the floats next to them, and what lies beyond the ends. */
  private static TreeSet<Float> inputs(Definition format, float unit) {
    TreeSet<Float> inputs = new TreeSet<>();
    for (int i = 0; i <= format.points().size(); i++) {
      BigDecimal middle = format.value(i - 1).add(format.value(i)).divide(BigDecimal.valueOf(2));
      float tie = middle.multiply(new BigDecimal(unit)).floatValue();
      inputs.add(tie);
      inputs.add(Math.nextUp(tie));
      inputs.add(Math.nextDown(tie));
      inputs.add(format.value(i).multiply(new BigDecimal(unit)).floatValue());
    }
    inputs.add(-0f);
    return inputs;
  }

  private static String hex(float x) {
    return String.format(Locale.ROOT, "%08x", Float.floatToRawIntBits(x));
  }
}
