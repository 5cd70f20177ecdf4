package io.halftone.quantizers.grids;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.halftone.core.format.Formats;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.quantized.GridRounding;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResidualsTest {
  static Stream<NumberFormat> formats() {
    return Stream.of(
        Formats.INT2,
        Formats.INT4,
        Formats.INT8,
        Formats.UINT2,
        Formats.UINT4,
        Formats.UINT8,
        Formats.E2M1,
        Formats.E4M3FN);
  }

  /**
   * Residuals have the bits of the core's rounding, in range, beyond it, on ties and at subnormal
   * scales.
   */
  @ParameterizedTest
  @MethodSource("formats")
  void roundsAsTheCore(NumberFormat format) {
    Random random = new Random(71);
    boolean offset = format.bits() <= 8 && formats().limit(6).anyMatch(format::equals);
    for (float scale : new float[] {0.013f, 0.5f, 1, 1e-41f, 1e30f}) {
      for (float zero :
          offset
              ? new float[] {0, format.minCode(), format.maxCode(), 0.3f, 1.71f}
              : new float[] {0}) {
        float[] w = new float[500];
        for (int i = 0; i < w.length; i++) {
          double steps =
              i % 3 == 0 ? (random.nextInt(600) - 300) / 2.0 : random.nextGaussian() * 40;
          w[i] = (float) (steps * scale);
        }
        float[] residual = new float[w.length + 2];
        Residuals.fill(format, scale, zero, 1, w, 10, residual, 2, w.length - 10);
        for (int i = 10; i < w.length; i++) {
          float expected = GridRounding.nearest(format, w[i], scale, zero) - w[i];
          assertEquals(
              expected, residual[i - 8] + 0f, "w " + w[i] + " scale " + scale + " zero " + zero);
        }
      }
    }
  }
}
