package io.halftone.quantizers.grids;

import io.halftone.core.spi.GridFitter;
import io.halftone.testkit.GridFitterContract;

class AbsMaxTest extends GridFitterContract {
  @Override
  protected GridFitter fitter() {
    return new AbsMax();
  }

  @Override
  protected boolean clips() {
    return false;
  }
}
