package io.halftone.core.quantized;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.halftone.core.format.NumberFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs of values are rounded bit for bit as single ones. */
class CellRoundingTest {
  private static final int LENGTH = 1000;
  private static final float[] SPECIAL = {
    0,
    -0f,
    0.5f,
    1.5f,
    2.5f,
    -0.5f,
    0.49999997f,
    4194303.5f,
    4194304.5f,
    1e9f,
    -1e9f,
    1e38f,
    -1e38f,
    Float.MIN_VALUE,
    Float.POSITIVE_INFINITY
  };

  @ParameterizedTest
  @CsvSource({
    "UINT4, 15, true",
    "UINT4, 15, false",
    "INT8, 1, true",
    "INT2, 4000000, true",
    "UINT8, 255, true",
    "E4M3FN, 1, true",
    "E2M1, 1, true"
  })
  void equalsRoundingOneByOne(String name, int farthestZero, boolean integerZeros) {
    NumberFormat format = NumberFormat.named(name);
    SplittableRandom random = new SplittableRandom(5);
    float[] value = new float[LENGTH];
    float[] scale = new float[LENGTH];
    float[] zero = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      float drawn = (float) random.nextDouble(-20, 20);
      scale[i] = (float) random.nextDouble(-2, 2);
      float offset = (float) random.nextDouble(farthestZero);
      zero[i] = integerZeros ? (int) offset : offset;
      value[i] = i % 3 == 0 ? Math.round(2 * drawn) / 2f * scale[i] : drawn;
    }
    for (int i = 0; i < SPECIAL.length; i++) {
      value[10 * i] = SPECIAL[i];
      scale[10 * i] = 1;
    }
    value[7] = 0;
    scale[7] = 0;
    float[] code = new float[LENGTH];
    float[] nearest = new float[LENGTH];
    CellRounding.round(
        format, value, scale, zero, CellRounding.areIntegers(zero, LENGTH), LENGTH, code, nearest);
    for (int i = 0; i < LENGTH; i++) {
      int expected = GridRounding.code(format, value[i], scale[i], zero[i]);
      assertEquals(expected, code[i], "code of " + value[i] + " / " + scale[i] + " + " + zero[i]);
      assertEquals(GridRounding.value(format, expected, scale[i], zero[i]), nearest[i]);
    }
  }

  @Test
  void refusesWhatIsNotANumber() {
    float[] one = {1};
    assertThrows(
        IllegalArgumentException.class,
        () ->
            CellRounding.round(
                NumberFormat.named("UINT4"),
                new float[] {Float.NaN},
                one,
                one,
                true,
                1,
                new float[1],
                new float[1]));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            CellRounding.roundCell(
                NumberFormat.named("UINT4"), 1, 8, new float[] {Float.NaN}, 0, 1, new short[1]));
  }

  @ParameterizedTest
  @CsvSource({
    "UINT4, 0.3, 7",
    "UINT4, 0.3, 6.5",
    "INT8, 0.01, 0",
    "INT4, -0.2, 0",
    "UINT2, 0, 1",
    "UINT8, 1e-38, 128",
    "INT2, 0.5, 4000000",
    "E2M1, 0.4, 0"
  })
  void roundsAndDecodesACellAsOneByOne(String name, float scale, float zero) {
    NumberFormat format = NumberFormat.named(name);
    SplittableRandom random = new SplittableRandom(6);
    int length = SPECIAL.length + 100;
    float[] value = new float[3 + length];
    for (int i = 0; i < length; i++) {
      float drawn = (float) random.nextDouble(-20, 20);
      value[3 + i] =
          i < SPECIAL.length ? SPECIAL[i] : i % 3 == 0 ? drawn : ((int) drawn) * scale / 2;
    }
    short[] codes = new short[3 + length];
    CellRounding.roundCell(format, scale, zero, value, 3, length, codes);
    float[] decoded = new float[5 + length];
    CellRounding.decodeCell(format, scale, zero, codes, 3, length, decoded, 5);
    for (int i = 0; i < length; i++) {
      int expected = GridRounding.code(format, value[3 + i], scale, zero);
      assertEquals(expected, codes[3 + i], "code of " + value[3 + i]);
      assertEquals(GridRounding.value(format, expected, scale, zero), decoded[5 + i]);
    }
  }

  @Test
  void refusesToDecodeACodeOutsideTheFormat() {
    short[] codes = {3, 16};
    assertThrows(
        IllegalArgumentException.class,
        () ->
            CellRounding.decodeCell(
                NumberFormat.named("UINT4"), 1, 8, codes, 0, 2, new float[2], 0));
  }
}
