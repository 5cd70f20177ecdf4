package io.halftone.testkit;

import io.halftone.core.kernel.Kernels;
import io.halftone.core.kernel.ScalarKernels;

class ScalarDecompositionTest extends DecompositionContract {
  @Override
  protected Kernels kernels() {
    return new ScalarKernels();
  }
}
