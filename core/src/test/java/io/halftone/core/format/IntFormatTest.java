package io.halftone.core.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IntFormatTest {
  private static final long SEED = 20240608;
  private static final int RANDOM_VALUES = 20_000;

  static Stream<IntFormat> formats() {
    return IntStream.rangeClosed(2, 8)
        .boxed()
        .flatMap(bits -> Stream.of(new IntFormat(bits, true), new IntFormat(bits, false)));
  }

  @ParameterizedTest
  @CsvSource({
    "INT2, -2, 1",
    "INT3, -4, 3",
    "INT4, -8, 7",
    "INT8, -128, 127",
    "UINT2, 0, 3",
    "UINT4, 0, 15",
    "UINT8, 0, 255",
  })
  void rangeIsTheFullOne(String name, int min, int max) {
    NumberFormat format = NumberFormat.named(name);
    assertEquals(min, format.minCode());
    assertEquals(max, format.maxCode());
    assertEquals(min, format.minValue());
    assertEquals(max, format.maxValue());
  }

  @ParameterizedTest
  @MethodSource("formats")
  void everyCodeIsItsValue(IntFormat format) {
    for (int code = format.minCode(); code <= format.maxCode(); code++) {
      assertEquals(code, format.decode(code));
      assertEquals(code, format.encode(format.decode(code)));
    }
    assertEquals(1 << format.bits(), format.maxCode() - format.minCode() + 1);
  }

  @ParameterizedTest
  @MethodSource("formats")
  void halvesAndTheirNeighboursGoToTheNearestIntegerTiesToEven(IntFormat format) {
    for (int code = format.minCode() - 2; code <= format.maxCode() + 2; code++) {
      float half = code + 0.5f;
      assertNearest(half, format);
      assertNearest(Math.nextUp(half), format);
      assertNearest(Math.nextDown(half), format);
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void randomValuesGoToTheNearestInteger(IntFormat format) {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < RANDOM_VALUES; i++) {
      float anywhere = Float.intBitsToFloat(random.nextInt());
      assertNearest(Float.isFinite(anywhere) ? anywhere : 0, format);
      assertNearest((float) (1.25 * format.maxCode() * (2 * random.nextDouble() - 1)), format);
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void infinitiesSaturate(IntFormat format) {
    assertEquals(format.maxCode(), format.encode(Float.POSITIVE_INFINITY));
    assertEquals(format.minCode(), format.encode(Float.NEGATIVE_INFINITY));
  }

  @Test
  void zeroHasOneSign() {
    int positiveZero = 0;
    assertEquals(positiveZero, Float.floatToRawIntBits(Formats.INT4.round(-0.25f)));
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1, 9, 16})
  void refusesOtherWidths(int bits) {
    assertThrows(IllegalArgumentException.class, () -> new IntFormat(bits, true));
  }

  private static void assertNearest(float x, IntFormat format) {
    BigInteger rounded = new BigDecimal(x).setScale(0, RoundingMode.HALF_EVEN).toBigInteger();
    int expected =
        rounded
            .max(BigInteger.valueOf(format.minCode()))
            .min(BigInteger.valueOf(format.maxCode()))
            .intValueExact();
    assertEquals(expected, format.encode(x), () -> format + " of " + x + ", seed " + SEED);
    assertEquals(expected, format.round(x));
  }
}
