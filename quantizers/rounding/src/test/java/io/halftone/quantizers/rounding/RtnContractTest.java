package io.halftone.quantizers.rounding;

import io.halftone.core.spi.LinearQuantizer;
import io.halftone.testkit.LinearQuantizerContract;
import io.halftone.testkit.MinMaxGrid;

class RtnContractTest extends LinearQuantizerContract {
  @Override
  protected LinearQuantizer quantizer() {
    return new Rtn(new MinMaxGrid());
  }
}
