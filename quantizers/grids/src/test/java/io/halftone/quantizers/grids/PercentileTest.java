package io.halftone.quantizers.grids;

import io.halftone.core.spi.GridFitter;
import io.halftone.testkit.GridFitterContract;

class PercentileTest extends GridFitterContract {
  @Override
  protected GridFitter fitter() {
    return new Percentile(95);
  }

  @Override
  protected boolean clips() {
    return true;
  }
}
