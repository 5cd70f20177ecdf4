package io.halftone.quantizers.rounding;

import io.halftone.core.spi.LinearQuantizer;
import io.halftone.testkit.LinearQuantizerContract;
import io.halftone.testkit.MinMaxGrid;

class GptqOnTheWayContractTest extends LinearQuantizerContract {
  @Override
  protected LinearQuantizer quantizer() {
    return new Gptq(0.01, 16, ColumnOrder.NATURAL, GroupFit.ON_THE_WAY, new MinMaxGrid());
  }

  /** Two-bit min-max ranges of compensated columns are wider than those of the weight. */
  @Override
  protected double outputErrorLimit() {
    return 1.2;
  }
}
