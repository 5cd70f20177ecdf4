package io.halftone.core.scheme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.halftone.core.format.Formats;
import io.halftone.core.format.NumberFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
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

  /** Powers of two: nearest, never zero, never negative. */
  @ParameterizedTest
  @CsvSource({"0, 1", "0.7, 0.5", "0.75, 1", "3, 4", "1e-45, 5.877472e-39"})
  void storesPowersOfTwo(float scale, float stored) {
    assertEquals(stored, new ScaleSpec.Stored(Formats.E8M0).store(scale));
  }

  @Test
  void powersOfTwoHaveNoSign() {
    ScaleSpec spec = new ScaleSpec.Stored(Formats.E8M0);
    assertThrows(IllegalArgumentException.class, () -> spec.store(-1));
    for (ZeroPoint kind : new ZeroPoint[] {ZeroPoint.FLOAT, ZeroPoint.OFFSET}) {
      assertThrows(IllegalArgumentException.class, () -> scheme(spec, kind));
    }
  }

  @Test
  void nestedScalesAreNotStoredAlone() {
    ScaleSpec nested = new ScaleSpec.Nested(Formats.INT8, new Granularity.PerRow(), F16);
    assertThrows(UnsupportedOperationException.class, () -> nested.store(1));
    assertThrows(UnsupportedOperationException.class, () -> nested.storeZero(1));
    assertThrows(IllegalArgumentException.class, () -> scheme(nested, ZeroPoint.FLOAT));
  }

  @Test
  void twoLevelsAreTheLimit() {
    Granularity rows = new Granularity.PerRow();
    ScaleSpec nested = new ScaleSpec.Nested(Formats.INT8, rows, F16);
    assertThrows(
        IllegalArgumentException.class, () -> new ScaleSpec.Nested(Formats.INT8, rows, nested));
    for (NumberFormat unfit : List.of(Formats.F16, Formats.NF4, Formats.E8M0)) {
      assertThrows(IllegalArgumentException.class, () -> new ScaleSpec.Nested(unfit, rows, F16));
    }
  }

  @Test
  void outerCellsConsistOfWholeInnerCells() {
    ScaleSpec.Nested spec = new ScaleSpec.Nested(Formats.UINT6, new Granularity.PerGroup(48), F16);
    assertThrows(
        IllegalArgumentException.class,
        () -> spec.outerLayout(new Granularity.PerGroup(32).layout(1, 96)));
    assertEquals(2, spec.outerLayout(new Granularity.PerGroup(16).layout(1, 96)).count());
  }

  private static TensorScheme scheme(ScaleSpec scale, ZeroPoint zero) {
    return new TensorScheme(
        Formats.UINT4, new Granularity.PerGroup(32), scale, zero, Timing.STATIC);
  }
}
