package io.halftone.quantizers.grids;

import io.halftone.core.spi.GridFitter;
import io.halftone.testkit.GridFitterContract;

class WeightedMseSearchTest extends GridFitterContract {
  @Override
  protected GridFitter fitter() {
    return new WeightedMseSearch(20, 10);
  }

  @Override
  protected boolean clips() {
    return true;
  }
}
