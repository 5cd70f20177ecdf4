package io.halftone.core.scheme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.halftone.core.format.Formats;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScaleSpecTest {
  private static final ScaleSpec F16 = new ScaleSpec.Stored(Formats.F16);

  /** Rounded to storage, 0 becomes 1, what underflows the smallest value. */
  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "-0.0, 1",
    "0.1, 0.099975586",
    "1e-9, 5.9604645e-8",
    "-1e-9, -5.9604645e-8",
    "65504, 65504",
    "-2, -2"
  })
  void storesWhatADecoderReads(float scale, float stored) {
    assertEquals(stored, F16.store(scale));
  }

  @ParameterizedTest
  @ValueSource(floats = {65505, -1e9f, Float.NaN, Float.POSITIVE_INFINITY})
  void scalesBeyondStorageAreRefused(float scale) {
    assertThrows(IllegalArgumentException.class, () -> F16.store(scale));
  }

  /** A zero point of 0 stays 0, unlike a scale. */
  @ParameterizedTest
  @CsvSource({"0, 0", "7.3, 7.3007812", "-0.1, -0.099975586", "255, 255"})
  void storesZeroPoints(float zero, float stored) {
    assertEquals(stored, F16.storeZero(zero));
  }
}
