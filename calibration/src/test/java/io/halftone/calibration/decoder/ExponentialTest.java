package io.halftone.calibration.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ExponentialTest {
  @Test
  void isWithinItsErrorBound() {
    double worst = 0;
    for (float x = -87.3f; x < 88; x += 0.00173f) {
      double exact = StrictMath.exp(x);
      worst = Math.max(worst, Math.abs(Exponential.of(x) - exact) / exact);
    }
    assertTrue(worst < 1.2e-7, "relative error " + worst);
  }

  @Test
  void hasExactAndExtremeValues() {
    assertEquals(1, Exponential.of(0));
    assertEquals(1, Exponential.of(-0f));
    assertEquals(0, Exponential.of(-88));
    assertEquals(0, Exponential.of(Float.NEGATIVE_INFINITY));
    assertTrue(Float.isFinite(Exponential.of(Float.POSITIVE_INFINITY)));
    assertTrue(Float.isNaN(Exponential.of(Float.NaN)));
  }
}
