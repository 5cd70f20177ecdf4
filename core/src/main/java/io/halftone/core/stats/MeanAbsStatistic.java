package io.halftone.core.stats;

import io.halftone.core.kernel.Compute;
import io.halftone.core.transform.EquivalentTransform;
import java.util.Arrays;

/** Σ weight·|x| per channel. */
record MeanAbsStatistic() implements Statistic<ChannelMeans> {
  @Override
  public String name() {
    return "mean-abs";
  }

  @Override
  public ChannelMeans zero(int channels) {
    return new ChannelMeans(new double[channels], 0);
  }

  @Override
  public ChannelMeans add(ChannelMeans accumulator, ActivationBatch batch, Compute compute) {
    double[] sum = accumulator.sum();
    float[] x = batch.x().data();
    for (int t = 0; t < batch.x().rows(); t++) {
      double weight = batch.tokenWeight()[t];
      if (weight > 0) {
        int row = batch.x().offset(t);
        for (int c = 0; c < sum.length; c++) {
          sum[c] += weight * Math.abs(x[row + c]);
        }
      }
    }
    return new ChannelMeans(sum, accumulator.weight() + batch.totalWeight());
  }

  @Override
  public ChannelMeans merge(ChannelMeans left, ChannelMeans right) {
    for (int c = 0; c < left.sum().length; c++) {
      left.sum()[c] += right.sum()[c];
    }
    return new ChannelMeans(left.sum(), left.weight() + right.weight());
  }

  @Override
  public boolean follows(EquivalentTransform transform) {
    return ChannelWise.follows(transform);
  }

  @Override
  public ChannelMeans transform(ChannelMeans accumulator, EquivalentTransform transform) {
    float[] means = ChannelWise.transform(accumulator.means(), transform);
    double[] sum = new double[means.length];
    for (int c = 0; c < sum.length; c++) {
      sum[c] = means[c] * accumulator.weight();
    }
    return new ChannelMeans(sum, accumulator.weight());
  }

  @Override
  public ChannelMeans channels(ChannelMeans accumulator, int from, int to) {
    return new ChannelMeans(Arrays.copyOfRange(accumulator.sum(), from, to), accumulator.weight());
  }
}
