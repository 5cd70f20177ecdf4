package io.halftone.core.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RealBiasTest {
  @ParameterizedTest
  @CsvSource({"4, 3, 1", "4, 3, 448", "2, 1, 6", "3, 4, 0.37", "5, 2, 1000", "3, 0, 12"})
  void largestValueIsTheOneAskedFor(int exponentBits, int mantissaBits, double maxValue) {
    RealBias bias = RealBias.ofMaxValue(exponentBits, mantissaBits, maxValue);
    int last = bias.format().encode(Float.POSITIVE_INFINITY);
    assertEquals(maxValue, bias.decode(last), maxValue * 0x1p-22);
  }

  /** The formula of the paper, in which the step depends on ⌊log2|x| + B⌋. */
  @ParameterizedTest
  @ValueSource(doubles = {7, 7.25, 6.5, -3.7})
  void roundsAsTheFormulaDoes(double b) {
    RealBias bias = RealBias.of(4, 3, b);
    double top = bias.decode(bias.format().encode(Float.POSITIVE_INFINITY));
    for (int i = 1; i < 5000; i++) {
      double x = top * i / 4999;
      double exponent = Math.floor(Math.log(x) / Math.log(2) + b);
      double step = Math.pow(2, Math.max(1, exponent) - 3 - b);
      double nearest = Math.rint(x / step) * step;
      float rounded = bias.decode(bias.encode((float) x));
      double off = Math.abs(Math.abs(x / step - Math.floor(x / step)) - 0.5);
      assertEquals(nearest, rounded, off < 1e-3 ? step * 1.001 : step * 1e-4, () -> "x = " + x);
    }
  }

  @Test
  void wholeBiasesNeedNoUnit() {
    assertEquals(new RealBias(Formats.E2M1, 1), RealBias.of(2, 1, 1));
  }

  @Test
  void refusesWhatHasNoSuchFormat() {
    assertThrows(IllegalArgumentException.class, () -> RealBias.of(4, 3, 128));
    assertThrows(IllegalArgumentException.class, () -> RealBias.ofMaxValue(4, 3, 0));
    assertThrows(IllegalArgumentException.class, () -> RealBias.ofMaxValue(4, 3, Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new RealBias(Formats.E4M3FN, 1));
    assertThrows(IllegalArgumentException.class, () -> new RealBias(Formats.E2M1, 0));
  }
}
