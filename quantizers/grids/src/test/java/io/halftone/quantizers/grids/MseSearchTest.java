package io.halftone.quantizers.grids;

import io.halftone.core.spi.GridFitter;
import io.halftone.testkit.GridFitterContract;

class MseSearchTest extends GridFitterContract {
  @Override
  protected GridFitter fitter() {
    return MseSearch.reference();
  }

  @Override
  protected boolean clips() {
    return true;
  }
}
