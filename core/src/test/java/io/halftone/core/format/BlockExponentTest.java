package io.halftone.core.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockExponentTest {
  @ParameterizedTest
  @CsvSource({
    "E2M1, 4, 0, 0, 0, 0",
    "E2M1, 4.0000005, 0, 1, 0, 0",
    "E2M1, 6, 0, 1, 0, 0",
    "E2M1, 6.0000005, 0, 1, 0, 1",
    "E2M1, 6.9999995, 0, 1, 0, 1",
    "E2M1, 7, 0, 1, 1, 1",
    "E2M1, 7.9999995, 0, 1, 1, 1",
    "E2M1, 8, 1, 1, 1, 1",
    "E2M1, 0x1p-149, -151, -151, -151, -151",
    "E2M3, 7.5, 0, 1, 0, 0",
    "E2M3, 7.75, 0, 1, 1, 1",
    "E3M2, 28, 0, 1, 0, 0",
    "E3M2, 30, 0, 1, 1, 1",
    "E4M3FN, 448, 0, 1, 0, 0",
    "E4M3FN, 449, 0, 1, 0, 1",
    "E4M3FN, 496, 0, 1, 1, 1",
    "E5M2, 57344, 0, 1, 0, 0",
    "E5M2, 61440, 0, 1, 1, 1",
    "INT8, 127, 0, 1, 0, 0",
    "INT8, 127.49999, 0, 1, 0, 1",
    "INT8, 127.5, 0, 1, 1, 1",
  })
  void rulesDifferWhereTheyShould(
      String element, float magnitude, int floor, int ceil, int even, int rceil) {
    NumberFormat format = NumberFormat.named(element);
    assertEquals(floor, BlockExponent.FLOOR.of(magnitude, format));
    assertEquals(ceil, BlockExponent.CEIL.of(magnitude, format));
    assertEquals(even, BlockExponent.EVEN.of(magnitude, format));
    assertEquals(rceil, BlockExponent.RCEIL.of(magnitude, format));
  }

  @ParameterizedTest
  @EnumSource
  void powersOfTwoShiftTheExponent(BlockExponent rule) {
    for (float magnitude = 1; magnitude < 2; magnitude += 0x1p-9f) {
      int at = rule.of(magnitude, Formats.E2M1);
      for (int shift : new int[] {-149, -127, -1, 5, 126}) {
        float shifted = Math.scalb(magnitude, shift);
        if (Math.scalb(shifted, -shift) == magnitude) {
          assertEquals(at + shift, rule.of(shifted, Formats.E2M1));
        }
      }
      assertTrue(at == -2 || at == -1);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {0, -1, Float.NaN, Float.POSITIVE_INFINITY})
  void refusesWhatIsNoMagnitude(float magnitude) {
    assertThrows(
        IllegalArgumentException.class, () -> BlockExponent.FLOOR.of(magnitude, Formats.E2M1));
  }

  @Test
  void refusesElementsThatShareNoExponent() {
    assertThrows(IllegalArgumentException.class, () -> BlockExponent.FLOOR.of(1, Formats.NF4));
    assertThrows(IllegalArgumentException.class, () -> BlockExponent.EVEN.of(1, Formats.E8M0));
  }
}
