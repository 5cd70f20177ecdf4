package io.halftone.core.stats;

/** The statistics of the library. */
public final class Statistics {
  /** max |x| per channel. */
  public static final Statistic<float[]> ABS_MAX = new AbsMaxStatistic();

  /** mean |x| per channel. */
  public static final Statistic<ChannelMeans> MEAN_ABS = new MeanAbsStatistic();

  /** Gram matrix XᵀX. */
  public static final Statistic<GramMatrix> GRAM = new GramStatistic();

  private Statistics() {}

  /**
   * The n tokens with the smallest hash: a sample that depends on the tokens only, not on their
   * order.
   */
  public static Statistic<TokenSample> sample(int n) {
    return new TokenSampleStatistic(n);
  }
}
