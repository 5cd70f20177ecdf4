package io.halftone.core.quantized;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.Formats;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.tensor.FloatMatrix;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputRoundingTest {
  @Test
  void fullInputsAreUntouched() {
    FloatMatrix x = FloatMatrix.wrap(new float[] {1, 2}, 1, 2);
    assertSame(x, InputRounding.apply(Schemes.FULL, x));
  }

  /** Each token's largest magnitude is kept, and everything is within half a step. */
  @Test
  void tokensAreRoundedOnTheirOwnScale() {
    Random random = new Random(81);
    FloatMatrix x = FloatMatrix.zeros(20, 33);
    for (int i = 0; i < x.data().length; i++) {
      x.data()[i] = (float) (random.nextGaussian() * StrictMath.pow(10, i / 33 - 10));
    }
    float[] before = x.data().clone();
    FloatMatrix rounded = InputRounding.apply(Schemes.A8_PER_TOKEN, x);
    for (int t = 0; t < x.rows(); t++) {
      float largest = 0;
      for (int c = 0; c < x.cols(); c++) {
        largest = Math.max(largest, Math.abs(x.get(t, c)));
      }
      double step = largest / 127.0;
      for (int c = 0; c < x.cols(); c++) {
        double code = rounded.get(t, c) / step;
        assertEquals(Math.rint(code), code, 1e-4);
        assertEquals(x.get(t, c), rounded.get(t, c), step * 0.5001);
      }
    }
    assertArrayEquals(before, x.data());
  }

  @Test
  void zerosStayZeros() {
    FloatMatrix x = FloatMatrix.zeros(2, 3);
    x.set(1, 1, Float.MIN_VALUE);
    assertArrayEquals(new float[6], InputRounding.apply(Schemes.A8_PER_TOKEN, x).data());
  }

  /** Grids whose zero point is a code are not emulated, and not silently rounded another way. */
  @Test
  void otherSchemesAreRefused() {
    TensorScheme a8 = Schemes.A8_PER_TOKEN;
    TensorScheme integer =
        new TensorScheme(
            Formats.UINT8, a8.granularity(), a8.scale(), ZeroPoint.INTEGER, Timing.DYNAMIC);
    TensorScheme fixedOffset =
        new TensorScheme(
            Formats.UINT8, a8.granularity(), a8.scale(), ZeroPoint.OFFSET, Timing.STATIC);
    FloatMatrix x = FloatMatrix.zeros(1, 2);
    assertThrows(IllegalArgumentException.class, () -> InputRounding.apply(integer, x));
    assertThrows(IllegalArgumentException.class, () -> InputRounding.apply(fixedOffset, x));
  }

  /** A static input comes in steps of its grid. */
  @Test
  void staticInputsAreRoundedToTheFormatsValues() {
    TensorScheme steps =
        new TensorScheme(
            Formats.INT8,
            new Granularity.PerColumn(),
            Schemes.A8_PER_TOKEN.scale(),
            ZeroPoint.NONE,
            Timing.STATIC);
    FloatMatrix x = FloatMatrix.wrap(new float[] {0.4f, -1.6f, 2.5f, 300, -300, 0}, 2, 3);
    float[] expected = {0, -2, 2, 127, -128, 0};
    assertArrayEquals(expected, InputRounding.apply(steps, x).data());
  }

  /** Nine tenths of a token's range: the largest value saturates, the steps are finer. */
  @Test
  void aClipRatioMakesStepsFiner() {
    FloatMatrix x = FloatMatrix.wrap(new float[] {7, 0.9f, -1.3f, -7}, 1, 4);
    float[] rounded = InputRounding.apply(Schemes.A4_PER_TOKEN, x).data();
    float[] expected = {6.3f, 0.9f, -0.9f, -7.2f};
    assertArrayEquals(expected, rounded, 1e-6f);
  }

  /** The ends of a cell's range are kept, whatever it is, and a constant cell is exact. */
  @Test
  void offsetsPutTheCodesOnTheRange() {
    TensorScheme keys = Schemes.ranged(2, new Granularity.PerBlock(4, 1));
    FloatMatrix x = FloatMatrix.wrap(new float[] {8, 3, 11, 3, 9, 3, 8.4f, 3}, 4, 2);
    float[] expected = {8, 3, 11, 3, 9, 3, 8, 3};
    assertArrayEquals(expected, InputRounding.apply(keys, x).data());
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void inputsThatAreNotFiniteAreRefused(float bad) {
    FloatMatrix x = FloatMatrix.wrap(new float[] {1, bad, 2}, 1, 3);
    assertThrows(
        IllegalArgumentException.class, () -> InputRounding.apply(Schemes.A8_PER_TOKEN, x));
  }

  /** A scale per group reaches small values beside large ones. */
  @Test
  void groupsHaveTheirOwnScale() {
    TensorScheme groups = Schemes.A8_PER_TOKEN.withGranularity(new Granularity.PerGroup(2));
    FloatMatrix x = FloatMatrix.wrap(new float[] {1000, 1, 0.01f, 0.005f}, 1, 4);
    FloatMatrix rounded = InputRounding.apply(groups, x);
    assertEquals(0.01f, rounded.get(0, 2), 1e-8);
    assertTrue(Math.abs(rounded.get(0, 3) - 0.005f) < 1e-4);
  }
}
