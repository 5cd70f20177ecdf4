package io.halftone.quantizers.rounding;

import io.halftone.core.spi.LinearQuantizer;
import io.halftone.testkit.LinearQuantizerContract;
import io.halftone.testkit.MinMaxGrid;

class ScaleRefitContractTest extends LinearQuantizerContract {
  @Override
  protected LinearQuantizer quantizer() {
    return new ScaleRefit(new QuantEase(new Rtn(new MinMaxGrid()), 3), 2, 3);
  }
}
