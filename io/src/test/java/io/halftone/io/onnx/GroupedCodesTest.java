package io.halftone.io.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupedCodesTest {
  private static GroupedCodes of(int bits, boolean signed, int code, float scale, float zero) {
    short[] codes = {0, 0, (short) code, 0};
    return new GroupedCodes(
        2, 2, 2, bits, signed, codes, new float[] {1, scale}, new float[] {0, zero});
  }

  @ParameterizedTest
  @CsvSource({
    "4, true, 8, 1, 0, code 8 at row 1; column 0 is outside [-8; 7]",
    "4, false, -1, 1, 0, code -1 at row 1; column 0 is outside [0; 15]",
    "3, false, 8, 1, 0, is outside [0; 7]",
    "4, true, 0, NaN, 0, scale of cell 1 is NaN",
    "4, true, 0, 1, Infinity, zero point of cell 1 is Infinity",
    "9, true, 0, 1, 0, with 9 bits",
  })
  void namesWhatIsOutOfRange(
      int bits, boolean signed, int code, float scale, float zero, String reason) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> of(bits, signed, code, scale, zero));
    assertTrue(e.getMessage().contains(reason.replace(';', ',')), e.getMessage());
  }

  @Test
  void refusesArraysOfOtherLengths() {
    float[] none = {};
    assertThrows(
        IllegalArgumentException.class,
        () -> new GroupedCodes(2, 2, 2, 4, true, new short[3], new float[2], none));
    assertThrows(
        IllegalArgumentException.class,
        () -> new GroupedCodes(2, 2, 1, 4, true, new short[4], new float[2], none));
  }

  @ParameterizedTest
  @CsvSource({"2, 2", "3, 4", "4, 4", "5, 8", "8, 8"})
  void codesGoToTheNextStoredWidth(int bits, int container) {
    assertEquals(container, of(bits, true, 1, 1, 0).containerBits());
  }
}
