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

  /** Static or offset inputs are not emulated, and not silently rounded another way. */
  @Test
  void otherSchemesAreRefused() {
    TensorScheme a8 = Schemes.A8_PER_TOKEN;
    FloatMatrix x = FloatMatrix.zeros(1, 2);
    TensorScheme fixed =
        new TensorScheme(a8.format(), a8.granularity(), a8.scale(), ZeroPoint.NONE, Timing.STATIC);
    TensorScheme offset =
        new TensorScheme(
            Formats.UINT8, a8.granularity(), a8.scale(), ZeroPoint.INTEGER, Timing.DYNAMIC);
    assertThrows(IllegalArgumentException.class, () -> InputRounding.apply(fixed, x));
    assertThrows(IllegalArgumentException.class, () -> InputRounding.apply(offset, x));
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
