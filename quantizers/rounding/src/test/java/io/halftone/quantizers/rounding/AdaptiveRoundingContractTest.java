package io.halftone.quantizers.rounding;

import io.halftone.core.spi.LinearQuantizer;
import io.halftone.testkit.LinearQuantizerContract;
import io.halftone.testkit.MinMaxGrid;

class AdaptiveRoundingContractTest extends LinearQuantizerContract {
  @Override
  protected LinearQuantizer quantizer() {
    return new AdaptiveRounding(40, new MinMaxGrid());
  }
}
