package io.halftone.testkit;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.Dense;
import io.halftone.core.transform.EquivalentTransform;
import org.junit.jupiter.api.Test;

class DenseTest extends TransformContract {
  /** I + 2·u·vᵀ with u = (1, 0, …), v = (0, …, 1), whose inverse is I − 2·u·vᵀ. */
  static Dense skewed(int size) {
    FloatMatrix forward = FloatMatrix.zeros(size, size);
    FloatMatrix backward = FloatMatrix.zeros(size, size);
    for (int i = 0; i < size; i++) {
      forward.set(i, i, 1);
      backward.set(i, i, 1);
    }
    forward.set(0, size - 1, 2);
    backward.set(size - 1, 0, -2);
    return new Dense(forward, backward);
  }

  @Override
  protected EquivalentTransform transform() {
    return skewed(5);
  }

  @Test
  void onlySquaresOfOneSizeAreTaken() {
    FloatMatrix three = FloatMatrix.zeros(3, 3);
    FloatMatrix wide = FloatMatrix.zeros(3, 4);
    assertThrows(IllegalArgumentException.class, () -> new Dense(three, wide));
    assertThrows(IllegalArgumentException.class, () -> new Dense(wide, three));
  }
}
