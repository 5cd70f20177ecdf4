package io.halftone.quantizers.rounding;

import io.halftone.core.spi.LinearQuantizer;
import io.halftone.testkit.LinearQuantizerContract;
import io.halftone.testkit.MinMaxGrid;

class GptqContractTest extends LinearQuantizerContract {
  @Override
  protected LinearQuantizer quantizer() {
    return new Gptq(0.01, 16, ColumnOrder.NATURAL, GroupFit.STATIC, new MinMaxGrid());
  }
}
