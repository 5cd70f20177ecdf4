package io.halftone.quantizers.grids;

import io.halftone.core.spi.GridFitter;
import io.halftone.testkit.GridFitterContract;

class MinMaxTest extends GridFitterContract {
  @Override
  protected GridFitter fitter() {
    return new MinMax();
  }

  @Override
  protected boolean clips() {
    return false;
  }
}
