package io.halftone.quantizers.rounding;

import io.halftone.core.spi.LinearQuantizer;
import io.halftone.testkit.LinearQuantizerContract;
import io.halftone.testkit.MinMaxGrid;

class QuantEaseRelaxedContractTest extends LinearQuantizerContract {
  @Override
  protected LinearQuantizer quantizer() {
    return new QuantEase(new Rtn(new MinMaxGrid()), 10, 2);
  }
}
