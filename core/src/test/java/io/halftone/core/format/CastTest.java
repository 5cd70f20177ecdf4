package io.halftone.core.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Casts by hand-worked cases and laws; published vectors cover every tie of every format. */
class CastTest {
  private static final long SEED = 20260709;
  private static final int RANDOM_VALUES = 20_000;

  static List<NumberFormat> all() {
    return Formats.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void theDefaultCastIsEncode(NumberFormat format) {
    Cast cast = Cast.nearest(format);
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < RANDOM_VALUES; i++) {
      float anywhere = Float.intBitsToFloat(random.nextInt());
      float inRange = (float) (1.25 * format.maxValue() * (2 * random.nextDouble() - 1));
      for (float x : new float[] {Float.isNaN(anywhere) ? -0f : anywhere, inRange}) {
        assertEquals(format.encode(x), cast.encode(x), () -> format.name() + " of " + x);
      }
    }
    assertThrows(IllegalArgumentException.class, () -> cast.encode(Float.NaN));
  }

  /** Downward and upward enclose the value, the others are one of the two. */
  @ParameterizedTest
  @MethodSource("all")
  void directedRoundingsEncloseTheValue(NumberFormat format) {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < RANDOM_VALUES; i++) {
      double at = random.nextDouble();
      float x = (float) (at * format.maxValue() + (1 - at) * format.minValue());
      float down = saturating(format, Rounding.DOWNWARD).round(x);
      float up = saturating(format, Rounding.UPWARD).round(x);
      assertTrue(down <= x && x <= up, () -> format.name() + " of " + x + ": " + down + ", " + up);
      float nearer = Math.abs(down) <= Math.abs(up) ? down : up;
      assertEquals(nearer, saturating(format, Rounding.TOWARD_ZERO).round(x), 0f);
      float away = saturating(format, Rounding.NEAREST_AWAY).round(x);
      assertTrue(away == down || away == up);
      assertTrue(Math.abs((double) away - x) <= Math.max((double) x - down, (double) up - x));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "E4M3FN, NEAREST_EVEN, 464, 0x7E",
    "E4M3FN, NEAREST_EVEN, 464.00003, 0x7F",
    "E4M3FN, NEAREST_AWAY, 464, 0x7F",
    "E4M3FN, NEAREST_EVEN, -Infinity, 0xFF",
    "E4M3FN, TOWARD_ZERO, 479.9, 0x7E",
    "E4M3FN, TOWARD_ZERO, 480, 0x7F",
    "E4M3FN, UPWARD, 448.1, 0x7F",
    "E4M3FN, DOWNWARD, -448.1, 0xFF",
    "E4M3FN, UPWARD, 0x1p-30, 0x01",
    "E4M3FN, UPWARD, -0x1p-30, 0x80",
    "E5M2, NEAREST_EVEN, 61439, 0x7B",
    "E5M2, NEAREST_EVEN, 61440, 0x7C",
    "E5M2, NEAREST_EVEN, -Infinity, 0xFC",
    "E4M3FNUZ, NEAREST_EVEN, 247.9, 0x7F",
    "E4M3FNUZ, NEAREST_EVEN, 248, 0x80",
    "E4M3FNUZ, NEAREST_EVEN, -248, 0x80",
    "E4M3FNUZ, UPWARD, -0x1p-30, 0x00",
    "F16, NEAREST_EVEN, 65520, 0x7C00",
    "BF16, NEAREST_EVEN, 3.4028235e38, 0x7F80",
    "E8M0, NEAREST_AWAY, 1.5, 0x80",
    "E8M0, DOWNWARD, 1.99, 0x7F",
    "E8M0, UPWARD, 1.01, 0x80",
    "E8M0, DOWNWARD, 3.4e38, 0xFE",
    "E8M0, NEAREST_AWAY, 3.4e38, 0xFF",
    "E8M0, NEAREST_AWAY, 0, 0xFF",
    "E8M0, NEAREST_AWAY, -1, 0xFF",
  })
  void specialValuesStandForWhatIsOutside(String format, Rounding rounding, float x, String code) {
    Cast cast = new Cast(NumberFormat.named(format), rounding, Overflow.SPECIAL, NanRule.REFUSE);
    assertEquals(Integer.decode(code), cast.encode(x));
  }

  @ParameterizedTest
  @CsvSource({
    "E4M3FN, 0x7F, 0xFF",
    "E5M2, 0x7E, 0xFE",
    "E3M4, 0x78, 0xF8",
    "E4M3FNUZ, 0x80, 0x80",
    "F16, 0x7E00, 0xFE00",
    "BF16, 0x7FC0, 0xFFC0",
    "E8M0, 0xFF, 0xFF",
  })
  void nanIsKeptWithItsSign(String name, String positive, String negative) {
    NumberFormat format = NumberFormat.named(name);
    Cast cast = new Cast(format, Rounding.NEAREST_EVEN, Overflow.SATURATE, NanRule.KEEP);
    assertEquals(Integer.decode(positive), cast.encode(Float.intBitsToFloat(0x7F800001)));
    assertEquals(Integer.decode(negative), cast.encode(Float.intBitsToFloat(0xFFC00000)));
    assertEquals(Float.NaN, cast.round(Float.NaN));
  }

  @ParameterizedTest
  @CsvSource({"INT4, 0", "E2M1, 0", "UINT4, 0", "NF4, 7", "E4M3FN, 0", "E8M0, 0"})
  void nanBecomesZeroOnRequest(String name, int code) {
    NumberFormat format = NumberFormat.named(name);
    Cast cast = new Cast(format, Rounding.NEAREST_EVEN, Overflow.SATURATE, NanRule.ZERO);
    assertEquals(code, cast.encode(Float.NaN));
  }

  @ParameterizedTest
  @CsvSource({
    "INT4, 7.5, 7.4999995",
    "INT4, -8.500001, -8.5",
    "UINT4, -0.50001, -0.5",
    "E2M1, 7, 6.9999995",
    "E4M3FN, 464.00003, 464",
    "NF4, 1.0000001, 1",
    "E8M0, 0, 0x1p-127",
    "F16, -Infinity, -65519.996",
  })
  void refusalStartsWhereTheRangeEnds(String name, float outside, float inside) {
    NumberFormat format = NumberFormat.named(name);
    Rounding rounding = Cast.nearest(format).rounding();
    Cast cast = new Cast(format, rounding, Overflow.REFUSE, NanRule.REFUSE);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> cast.encode(outside));
    assertTrue(e.getMessage().contains(name) && e.getMessage().contains("" + outside));
    assertEquals(format.encode(inside), cast.encode(inside));
  }

  @Test
  void rulesNeedTheSpecialValuesTheyName() {
    for (NumberFormat format : List.of(Formats.INT4, Formats.E2M1, Formats.NF4)) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new Cast(format, Rounding.NEAREST_EVEN, Overflow.SPECIAL, NanRule.REFUSE));
      assertThrows(
          IllegalArgumentException.class,
          () -> new Cast(format, Rounding.NEAREST_EVEN, Overflow.SATURATE, NanRule.KEEP));
    }
    FloatFormat withoutNan = new FloatFormat(8, 0, 127, Specials.IEEE);
    assertThrows(
        IllegalArgumentException.class,
        () -> new Cast(withoutNan, Rounding.NEAREST_EVEN, Overflow.SPECIAL, NanRule.KEEP));
  }

  private static Cast saturating(NumberFormat format, Rounding rounding) {
    return new Cast(format, rounding, Overflow.SATURATE, NanRule.REFUSE);
  }
}
