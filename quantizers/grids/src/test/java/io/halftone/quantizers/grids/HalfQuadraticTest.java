package io.halftone.quantizers.grids;

import io.halftone.core.spi.GridFitter;
import io.halftone.testkit.GridFitterContract;

class HalfQuadraticTest extends GridFitterContract {
  @Override
  protected GridFitter fitter() {
    return HalfQuadratic.reference();
  }

  @Override
  protected boolean clips() {
    return true;
  }
}
