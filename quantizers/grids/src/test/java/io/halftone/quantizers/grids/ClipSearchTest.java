package io.halftone.quantizers.grids;

import io.halftone.core.spi.GridFitter;
import io.halftone.testkit.GridFitterContract;

class ClipSearchTest extends GridFitterContract {
  @Override
  protected GridFitter fitter() {
    return ClipSearch.reference();
  }

  @Override
  protected boolean clips() {
    return true;
  }
}
