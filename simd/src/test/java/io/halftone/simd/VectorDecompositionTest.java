package io.halftone.simd;

import io.halftone.core.kernel.Kernels;
import io.halftone.testkit.DecompositionContract;

class VectorDecompositionTest extends DecompositionContract {
  @Override
  protected Kernels kernels() {
    return new VectorKernels();
  }
}
