package io.halftone.testkit;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Hadamard;
import org.junit.jupiter.api.Test;

class HadamardTest extends TransformContract {
  @Override
  protected EquivalentTransform transform() {
    return Signs.hadamard(24).inverse();
  }

  @Test
  void ordersWithoutAMatrixAndOtherSignsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Hadamard.of(6));
    float[] sign = {1, -1, 2, 1};
    assertThrows(
        IllegalArgumentException.class, () -> new Hadamard(sign, Hadamard.Direction.FORWARD));
  }
}
