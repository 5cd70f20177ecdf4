package io.halftone.testkit;

import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.Statistics;
import java.util.stream.IntStream;

class AbsMaxStatisticTest extends StatisticContract<float[]> {
  @Override
  protected Statistic<float[]> statistic() {
    return Statistics.ABS_MAX;
  }

  @Override
  protected double[] values(float[] accumulator) {
    return IntStream.range(0, accumulator.length).mapToDouble(c -> accumulator[c]).toArray();
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
