package io.halftone.quantizers.rounding;

import io.halftone.core.spi.LinearQuantizer;
import io.halftone.testkit.LinearQuantizerContract;
import io.halftone.testkit.MinMaxGrid;

class OutlierQuantEaseContractTest extends LinearQuantizerContract {
  @Override
  protected LinearQuantizer quantizer() {
    return new OutlierQuantEase(0.01, 10, new MinMaxGrid());
  }
}
