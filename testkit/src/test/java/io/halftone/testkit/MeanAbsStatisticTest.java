package io.halftone.testkit;

import io.halftone.core.stats.ChannelMeans;
import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.Statistics;
import java.util.Arrays;

class MeanAbsStatisticTest extends StatisticContract<ChannelMeans> {
  @Override
  protected Statistic<ChannelMeans> statistic() {
    return Statistics.MEAN_ABS;
  }

  @Override
  protected double[] values(ChannelMeans accumulator) {
    double[] values = Arrays.copyOf(accumulator.sum(), accumulator.sum().length + 1);
    values[values.length - 1] = accumulator.weight();
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
