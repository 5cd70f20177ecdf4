package io.halftone.quantizers.grids;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PowerTest {
  /** The relative error stays below the stated bound over the whole range of floats. */
  @ParameterizedTest
  @ValueSource(doubles = {0.7, -0.3, 0, 1, 2, 2.4, 8})
  void staysWithinTheBound(double p) {
    Power power = new Power(p);
    Random random = new Random(61);
    double bound = Math.abs(p * (p - 1)) * 0x1p-23 + 1e-12;
    for (int i = 0; i < 20000; i++) {
      float x = Float.intBitsToFloat(random.nextInt(Float.floatToIntBits(Float.MAX_VALUE) + 1));
      double expected = StrictMath.pow(x, p);
      assertEquals(expected, power.of(x), bound * expected, () -> x + "^" + p);
    }
  }

  /** Zero, the smallest and the largest float have their powers. */
  @ParameterizedTest
  @ValueSource(doubles = {0.7, -0.3, 2.4})
  void knowsTheEdges(double p) {
    Power power = new Power(p);
    assertEquals(StrictMath.pow(0, p), power.of(0));
    assertEquals(StrictMath.pow(Float.MIN_VALUE, p), power.of(Float.MIN_VALUE));
    assertEquals(1, power.of(1), 0);
    double largest = StrictMath.pow(Float.MAX_VALUE, p);
    assertEquals(largest, power.of(Float.MAX_VALUE), 1e-6 * largest);
  }
}
