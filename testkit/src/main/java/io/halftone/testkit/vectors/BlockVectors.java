package io.halftone.testkit.vectors;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Whole blocks of the microscaling formats and of NVFP4 in exact arithmetic. */
final class BlockVectors {
  private static final int LENGTH = 32;
  private static final int LEAST = -127;
  private static final int GREATEST = 127;
  private static final int INT8_SHIFT = 6;
  private static final List<String> RULES = List.of("FLOOR", "CEIL", "EVEN", "RCEIL");

  private BlockVectors() {}

  /** One row per format, rule and block; the elements are among the formats. */
  static String microscaling(List<Definition> formats) {
    StringBuilder text = new StringBuilder("format\trule\tvalues\tscale\tcodes\tdecoded\n");
    for (BlockExponents element : BlockExponents.ELEMENTS) {
      Definition format = named(element.element(), formats);
      for (float[] values : blocks()) {
        List<String> exponents = List.of(element.exponents(magnitude(values)).split("\t", -1));
        for (int rule = 0; rule < RULES.size(); rule++) {
          int shift = format.name().equals("INT8") ? INT8_SHIFT : 0;
          int stored = Integer.parseInt(exponents.get(rule)) + shift;
          stored = Math.max(LEAST, Math.min(GREATEST, stored));
          text.append(format.name()).append('\t').append(RULES.get(rule)).append('\t');
          text.append(bits(values)).append('\t');
          text.append(String.format(Locale.ROOT, "%02x\t", stored - LEAST));
          elements(format, values, Definition.powerOfTwo(stored - shift), text);
        }
      }
    }
    return text.toString();
  }

  /**
   * One row per block of 16 under a divisor of the tensor: the step of a block is its scale through
   * the divisor, rounded to float32.
   */
  static String nvfp4(List<Definition> formats) {
    StringBuilder text = new StringBuilder("divisor\tvalues\tscale\tcodes\tdecoded\n");
    Definition format = named("E2M1", formats);
    ExactCast scales = new ExactCast(named("E4M3FN", formats));
    for (float divisor : new float[] {1, 2688, 0.75f, 1311.3f}) {
      for (float[] whole : blocks()) {
        float[] values = Arrays.copyOf(whole, LENGTH / 2);
        BigDecimal wanted =
            new BigDecimal(magnitude(values))
                .multiply(new BigDecimal(divisor))
                .divide(BigDecimal.valueOf(6), MathContext.DECIMAL128);
        String scale = scales.cast(wanted.floatValue(), "NEAREST_EVEN").saturate();
        BigDecimal stored = value(scales.format(), Integer.parseInt(scale, 16));
        if (stored.signum() == 0) {
          continue;
        }
        float step = stored.divide(new BigDecimal(divisor), MathContext.DECIMAL128).floatValue();
        text.append(bits(new float[] {divisor})).append('\t');
        text.append(bits(values)).append('\t').append(scale).append('\t');
        elements(format, values, new BigDecimal(step), text);
      }
    }
    return text.toString();
  }

  /** Codes of the quotients, which are rounded to float32 first, and what they stand for. */
  private static void elements(
      Definition format, float[] values, BigDecimal step, StringBuilder text) {
    ExactCast cast = new ExactCast(format);
    List<String> codes = new ArrayList<>();
    float[] decoded = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      BigDecimal quotient = new BigDecimal(values[i]).divide(step, MathContext.DECIMAL128);
      float signed = Math.copySign(Math.abs(quotient.floatValue()), values[i]);
      String code = cast.cast(signed, "NEAREST_EVEN").saturate();
      codes.add(code);
      int field = Integer.parseInt(code, 16);
      boolean negativeZero = format.negativeZero().orElse(-1) == field;
      decoded[i] = negativeZero ? -0f : value(format, field).multiply(step).floatValue();
    }
    text.append(String.join(" ", codes)).append('\t').append(bits(decoded)).append('\n');
  }

  private static BigDecimal value(Definition format, int code) {
    int field = (1 << format.bits()) - 1;
    return format.points().stream()
        .filter(point -> (point.code() & field) == code)
        .findFirst()
        .map(Definition.Point::value)
        .orElse(BigDecimal.ZERO);
  }

  private static Definition named(String name, List<Definition> formats) {
    return formats.stream().filter(format -> format.name().equals(name)).findFirst().orElseThrow();
  }

  private static float magnitude(float[] values) {
    float magnitude = 0;
    for (float value : values) {
      magnitude = Math.max(magnitude, Math.abs(value));
    }
    return magnitude;
  }

  /** Even and heavy-tailed values, a lone outlier, ties, and both ends of the exponents. */
  private static List<float[]> blocks() {
    SplittableRandom random = new SplittableRandom(20260104);
    float[] ramp = new float[LENGTH];
    float[] even = new float[LENGTH];
    float[] heavy = new float[LENGTH];
    float[] outlier = new float[LENGTH];
    float[] small = new float[LENGTH];
    float[] large = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      ramp[i] = (i - 15) * 0.25f;
      even[i] = (float) (random.nextDouble() * 2 - 1);
      heavy[i] = even[i] * even[i] * even[i] * 0.02f;
      outlier[i] = i == 11 ? -13.5f : even[i] * 0x1p-10f;
      small[i] = even[i] * 0x1p-126f;
      large[i] = even[i] * 0x1.fffp126f;
    }
    return List.of(ramp, even, heavy, outlier, small, large);
  }

  private static String bits(float[] values) {
    List<String> fields = new ArrayList<>();
    for (float value : values) {
      fields.add(String.format(Locale.ROOT, "%08x", Float.floatToRawIntBits(value)));
    }
    return String.join(" ", fields);
  }
}
