package io.halftone.testkit;

import io.halftone.core.stats.GramMatrix;
import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.Statistics;
import java.util.Arrays;

class GramStatisticTest extends StatisticContract<GramMatrix> {
  @Override
  protected Statistic<GramMatrix> statistic() {
    return Statistics.GRAM;
  }

  @Override
  protected double[] values(GramMatrix accumulator) {
    double[] gram = accumulator.sum().values();
    double[] values = Arrays.copyOf(gram, gram.length + 1);
    values[gram.length] = accumulator.weight();
    return values;
  }

  @Override
  protected boolean weighs() {
    return true;
  }

  @Override
  protected boolean followsTransforms() {
    return true;
  }
}
