package io.halftone.core.stats;

import io.halftone.core.kernel.Compute;
import io.halftone.core.transform.EquivalentTransform;
import java.util.Arrays;

/** max |x| per channel over tokens with positive weight. */
record AbsMaxStatistic() implements Statistic<float[]> {
  @Override
  public String name() {
    return "abs-max";
  }

  @Override
  public float[] zero(int channels) {
    return new float[channels];
  }

  @Override
  public float[] add(float[] accumulator, ActivationBatch batch, Compute compute) {
    float[] x = batch.x().data();
    for (int t = 0; t < batch.x().rows(); t++) {
      if (batch.tokenWeight()[t] > 0) {
        int row = batch.x().offset(t);
        for (int c = 0; c < accumulator.length; c++) {
          accumulator[c] = Math.max(accumulator[c], Math.abs(x[row + c]));
        }
      }
    }
    return accumulator;
  }

  @Override
  public float[] merge(float[] left, float[] right) {
    for (int c = 0; c < left.length; c++) {
      left[c] = Math.max(left[c], right[c]);
    }
    return left;
  }

  @Override
  public boolean follows(EquivalentTransform transform) {
    return ChannelWise.follows(transform);
  }

  @Override
  public float[] transform(float[] accumulator, EquivalentTransform transform) {
    return ChannelWise.transform(accumulator, transform);
  }

  @Override
  public float[] channels(float[] accumulator, int from, int to) {
    return Arrays.copyOfRange(accumulator, from, to);
  }
}
