package io.halftone.core.algebra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HadamardTransformTest {
  private static final Compute COMPUTE = Compute.defaults();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 12, 20, 24, 28, 36, 40, 44, 52, 60, 72, 108, 140, 144, 288, 344})
  void elementsAreOneOverTheRootAndRowsOrthogonal(int n) {
    FloatMatrix h = FloatMatrix.zeros(n, n);
    for (int i = 0; i < n; i++) {
      h.set(i, i, 1);
    }
    HadamardTransform.of(n).apply(h, COMPUTE);
    for (float element : h.data()) {
      assertEquals(1 / Math.sqrt(n), Math.abs(element), 1e-6);
    }
    assertTrue(Matrices.offOrthonormal(Matrices.of(h)) < 1e-5);
  }

  @ParameterizedTest
  @CsvSource({"288, 36", "768, 12", "4096, 1", "11008, 344", "13824, 108", "14336, 28", "5120, 20"})
  void widthsOfModelsAreReachedThroughTheSmallestCore(int n, int core) {
    HadamardTransform transform = HadamardTransform.of(n);
    assertEquals(core, transform.core());
    FloatMatrix x = Matrices.gaussian(n, 1, n).toFloat();
    double before = squares(x);
    transform.apply(x, COMPUTE);
    assertEquals(before, squares(x), 1e-5 * before);
  }

  private static double squares(FloatMatrix x) {
    double sum = 0;
    for (float value : x.data()) {
      sum += (double) value * value;
    }
    return sum;
  }

  @Test
  void ordersWithoutAMatrixAreNamed() {
    for (int n : List.of(0, 3, 6, 92, 1001)) {
      IllegalArgumentException refusal =
          assertThrows(IllegalArgumentException.class, () -> HadamardTransform.of(n));
      assertTrue(refusal.getMessage().contains(String.valueOf(n)), refusal.getMessage());
    }
  }
}
