package io.halftone.testkit;

import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.Statistics;
import io.halftone.core.stats.TokenSample;

class SmallTokenSampleTest extends StatisticContract<TokenSample> {
  @Override
  protected Statistic<TokenSample> statistic() {
    return Statistics.sample(20);
  }

  @Override
  protected double[] values(TokenSample accumulator) {
    return TokenRows.sorted(accumulator.x());
  }

  @Override
  protected boolean weighs() {
    return false;
  }

  @Override
  protected boolean followsTransforms() {
    return false;
  }
}
