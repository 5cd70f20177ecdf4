package io.halftone.simd;

import io.halftone.core.kernel.Kernels;
import io.halftone.testkit.CellKernelsContract;

class VectorCellKernelsTest extends CellKernelsContract {
  @Override
  protected Kernels kernels() {
    return new VectorKernels();
  }
}
