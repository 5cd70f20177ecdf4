package io.halftone.simd;

import io.halftone.core.kernel.Kernels;
import io.halftone.testkit.KernelsContract;

class VectorKernelsTest extends KernelsContract {
  @Override
  protected Kernels kernels() {
    return new VectorKernels();
  }
}
