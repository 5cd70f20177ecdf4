package io.halftone.simd;

import io.halftone.core.kernel.Kernels;
import io.halftone.testkit.LinearAlgebraContract;

class VectorAlgebraTest extends LinearAlgebraContract {
  @Override
  protected Kernels kernels() {
    return new VectorKernels();
  }
}
