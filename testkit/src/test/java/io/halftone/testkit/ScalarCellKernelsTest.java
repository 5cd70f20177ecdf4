package io.halftone.testkit;

import io.halftone.core.kernel.Kernels;
import io.halftone.core.kernel.ScalarKernels;

class ScalarCellKernelsTest extends CellKernelsContract {
  @Override
  protected Kernels kernels() {
    return new ScalarKernels();
  }
}
