package io.halftone.quantizers.scaling;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.LinearAlgebra;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.EquivalentTransform;

/** The law every transform obeys before anything is quantized. */
final class Equivalence {
  private Equivalence() {}

  static void assertSameOutput(FloatMatrix x, FloatMatrix w, EquivalentTransform transform) {
    LinearAlgebra algebra = Compute.defaults().algebra();
    float[] exact = algebra.multiplyTransposed(x, w).data();
    float[] moved =
        algebra.multiplyTransposed(transform.applyToInput(x), transform.applyToWeight(w)).data();
    double error = 0;
    double signal = 0;
    for (int i = 0; i < exact.length; i++) {
      error += (exact[i] - (double) moved[i]) * (exact[i] - moved[i]);
      signal += (double) exact[i] * exact[i];
    }
    double relative = Math.sqrt(error / signal);
    assertTrue(relative <= 1e-5, "relative error " + relative);
  }
}
