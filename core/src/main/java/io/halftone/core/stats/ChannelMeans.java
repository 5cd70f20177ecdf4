package io.halftone.core.stats;

/**
 * Weighted sums per channel and the weight they are over.
 *
 * @param sum Σ weight·value per channel
 * @param weight Σ weight
 */
public record ChannelMeans(double[] sum, double weight) {
  /** The means; zeros when nothing was seen. */
  public float[] means() {
    float[] means = new float[sum.length];
    for (int c = 0; c < means.length; c++) {
      means[c] = weight == 0 ? 0 : (float) (sum[c] / weight);
    }
    return means;
  }
}
