package io.halftone.core.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FloatFormatTest {
  private static final long SEED = 20240607;
  private static final int RANDOM_VALUES = 200_000;

  /** The named formats of up to 16 bits, and shapes at the edges of what a record may hold. */
  static Stream<FloatFormat> smallFormats() {
    return Stream.of(
        Formats.E2M1,
        Formats.E4M3FN,
        Formats.E5M2,
        Formats.F16,
        Formats.BF16,
        Formats.E2M3,
        Formats.E3M2,
        Formats.E3M4,
        Formats.E4M3FNUZ,
        Formats.E5M2FNUZ,
        Formats.E4M3B11FNUZ,
        new FloatFormat(4, 3, 7, Specials.FINITE),
        new FloatFormat(1, 2, 1, Specials.IEEE),
        new FloatFormat(1, 0, -126, Specials.FINITE),
        new FloatFormat(3, 0, 127, Specials.FN),
        new FloatFormat(8, 0, 127, Specials.IEEE),
        new FloatFormat(2, 13, 1, Specials.FN));
  }

  @ParameterizedTest
  @MethodSource("smallFormats")
  void everyFiniteCodeDecodesByTheFormulaAndEncodesToItself(FloatFormat format) {
    FloatOracle oracle = new FloatOracle(format);
    double[] magnitudes = oracle.magnitudes();
    for (int code = 0; code < magnitudes.length; code++) {
      int negative = code + oracle.signBit();
      assertSameBits((float) magnitudes[code], format.decode(code), format, code);
      if (code == 0 && format.specials() == Specials.FNUZ) {
        assertEquals(Float.NaN, format.decode(negative));
        continue;
      }
      assertSameBits(-(float) magnitudes[code], format.decode(negative), format, negative);
      assertEquals(code, format.encode(format.decode(code)));
      assertEquals(negative, format.encode(format.decode(negative)));
    }
    assertEquals(magnitudes[magnitudes.length - 1], format.maxValue());
    assertEquals(-magnitudes[magnitudes.length - 1], format.minValue());
  }

  @ParameterizedTest
  @MethodSource("smallFormats")
  void everyOtherCodeIsInfinityOrNaN(FloatFormat format) {
    FloatOracle oracle = new FloatOracle(format);
    int finite = oracle.magnitudes().length;
    for (int code = finite; code < oracle.signBit(); code++) {
      boolean infinite = format.specials() == Specials.IEEE && code == finite;
      float expected = infinite ? Float.POSITIVE_INFINITY : Float.NaN;
      assertEquals(expected, format.decode(code));
      assertEquals(-expected, format.decode(code + oracle.signBit()));
    }
    assertEquals(2 * oracle.signBit() - 1, format.maxCode());
    assertEquals(0, format.minCode());
  }

  @ParameterizedTest
  @MethodSource("smallFormats")
  void midpointsAndTheirNeighboursGoToTheNearestValueTiesToEven(FloatFormat format) {
    FloatOracle oracle = new FloatOracle(format);
    double[] magnitudes = oracle.magnitudes();
    for (int code = 1; code < magnitudes.length; code++) {
      double midpoint = (magnitudes[code - 1] + magnitudes[code]) / 2;
      assertNearestAround((float) midpoint, format, oracle);
      assertNearestAround((float) magnitudes[code], format, oracle);
    }
  }

  @ParameterizedTest
  @MethodSource("smallFormats")
  void randomValuesGoToTheNearestValue(FloatFormat format) {
    FloatOracle oracle = new FloatOracle(format);
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < RANDOM_VALUES; i++) {
      float anywhere = Float.intBitsToFloat(random.nextInt());
      float inRange = (float) (1.25 * format.maxValue() * (2 * random.nextDouble() - 1));
      assertNearest(Float.isNaN(anywhere) ? 0 : anywhere, format, oracle);
      assertNearest(inRange, format, oracle);
    }
  }

  @ParameterizedTest
  @MethodSource("smallFormats")
  void valuesBeyondTheFiniteRangeSaturate(FloatFormat format) {
    for (float beyond :
        new float[] {
          Math.nextUp(format.maxValue()), Float.MAX_VALUE, Float.POSITIVE_INFINITY,
        }) {
      assertEquals(format.maxValue(), format.round(beyond));
      assertEquals(format.minValue(), format.round(-beyond));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "E4M3FN, 448, 0x7E",
    "E4M3FN, 463.99, 0x7E",
    "E4M3FN, 464, 0x7E",
    "E4M3FN, 1e9, 0x7E",
    "E4M3FN, -Infinity, 0xFE",
    "E4M3FN, 0x1p-9, 0x01",
    "E4M3FN, 0x1p-10, 0x00",
    "E4M3FN, 0x1p-6, 0x08",
    "E4M3FN, -0.0, 0x80",
    "E5M2, 57344, 0x7B",
    "E5M2, 61439, 0x7B",
    "E5M2, 1e9, 0x7B",
    "E5M2, 0x1p-16, 0x01",
    "F16, 0.1, 0x2E66",
    "F16, 1, 0x3C00",
    "F16, 65504, 0x7BFF",
    "F16, 65519.99, 0x7BFF",
    "F16, 65520, 0x7BFF",
    "F16, -65520, 0xFBFF",
    "F16, 0x1p-24, 0x0001",
    "F16, 0x1p-25, 0x0000",
    "F16, 0x1.000002p-25, 0x0001",
    "F16, 0x1.ffep-15, 0x0400",
    "BF16, 1.00390625, 0x3F80",
    "BF16, 1.01171875, 0x3F82",
    "BF16, 1.0039063692092896, 0x3F81",
    "BF16, 3.4028235e38, 0x7F7F",
    "BF16, 0x1p-133, 0x0001",
    "BF16, 0x1p-134, 0x0000",
    "E4M3FNUZ, 240, 0x7F",
    "E4M3FNUZ, 247.9, 0x7F",
    "E4M3FNUZ, -0.0, 0x00",
    "E4M3FNUZ, -0x1p-12, 0x00",
    "E4M3FNUZ, 0x1p-10, 0x01",
    "E5M2FNUZ, 57344, 0x7F",
    "E5M2FNUZ, 0x1p-17, 0x01",
    "E4M3B11FNUZ, 30, 0x7F",
    "E3M4, 15.5, 0x6F",
    "E2M3, 7.5, 0x1F",
    "E2M3, 0.125, 0x01",
    "E3M2, 28, 0x1F",
    "E3M2, 0.0625, 0x01",
    "F32, -0.0, 0x80000000",
    "F32, 1, 0x3F800000",
  })
  void encodesPublishedExamples(String format, float x, String code) {
    assertEquals(Integer.parseUnsignedInt(code, 2, code.length(), 16), encode(format, x));
  }

  @ParameterizedTest
  @CsvSource({
    "0.25, 0, 0.5",
    "0.75, 1, 0.5",
    "1.25, 1, 1.5",
    "1.75, 2, 1.5",
    "2.5, 2, 3",
    "3.5, 4, 3",
    "5, 4, 6",
  })
  void e2m1RoundsTiesToTheEvenCode(float threshold, float tie, float otherSide) {
    boolean tieIsBelow = tie < otherSide;
    float pastTie = tieIsBelow ? Math.nextUp(threshold) : Math.nextDown(threshold);
    assertEquals(tie, Formats.E2M1.round(threshold));
    assertEquals(otherSide, Formats.E2M1.round(pastTie));
    assertEquals(-otherSide, Formats.E2M1.round(-pastTie));
  }

  @Test
  void singleFormatKeepsEveryFinitePattern() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < RANDOM_VALUES; i++) {
      int pattern = random.nextInt();
      float x = Float.intBitsToFloat(pattern);
      if (Float.isFinite(x)) {
        assertEquals(pattern, Formats.F32.encode(x));
        assertSameBits(x, Formats.F32.round(x), Formats.F32, pattern);
      }
    }
    assertEquals(Float.MAX_VALUE, Formats.F32.round(Float.POSITIVE_INFINITY));
    assertEquals(-Float.MAX_VALUE, Formats.F32.round(Float.NEGATIVE_INFINITY));
    assertEquals(Float.POSITIVE_INFINITY, Formats.F32.decode(0x7F800000));
    assertTrue(Float.isNaN(Formats.F32.decode(Integer.MAX_VALUE)));
    assertEquals(Integer.MIN_VALUE, Formats.F32.minCode());
    assertEquals(Integer.MAX_VALUE, Formats.F32.maxCode());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 3, 0, FINITE",
    "9, 3, 127, IEEE",
    "4, -1, 7, FN",
    "4, 24, 7, FN",
    "1, 0, 1, IEEE",
    "1, 0, 1, FN",
    "4, 3, 128, FN",
    "4, 3, -113, FN",
    "8, 7, 127, FN",
    "4, 3, -2147483648, FN",
  })
  void refusesWhatFloat32CannotHold(int exponentBits, int mantissaBits, int bias, Specials s) {
    assertThrows(
        IllegalArgumentException.class, () -> new FloatFormat(exponentBits, mantissaBits, bias, s));
  }

  private static int encode(String format, float x) {
    return NumberFormat.named(format).encode(x);
  }

  private static void assertNearestAround(float x, FloatFormat format, FloatOracle oracle) {
    assertNearest(x, format, oracle);
    assertNearest(-x, format, oracle);
    assertNearest(Math.nextUp(x), format, oracle);
    assertNearest(-Math.nextUp(x), format, oracle);
    assertNearest(Math.nextDown(x), format, oracle);
    assertNearest(-Math.nextDown(x), format, oracle);
  }

  private static void assertNearest(float x, FloatFormat format, FloatOracle oracle) {
    int expected = oracle.nearestCode(x);
    int actual = format.encode(x);
    assertEquals(expected, actual, () -> format.name() + " of " + x + ", seed " + SEED);
    assertSameBits(format.decode(expected), format.round(x), format, expected);
  }

  /** Unlike assertEquals on floats, names the format and code only when it fails. */
  private static void assertSameBits(float expected, float actual, FloatFormat format, int code) {
    assertEquals(
        Float.floatToIntBits(expected),
        Float.floatToIntBits(actual),
        () -> format.name() + " code " + code + ": " + actual + " instead of " + expected);
  }
}
