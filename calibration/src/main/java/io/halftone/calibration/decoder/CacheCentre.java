package io.halftone.calibration.decoder;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import java.util.Optional;

/**
 * What one block's cached keys and values are kept relative to: a constant per head and channel.
 *
 * <p>q·(k − m) differs from q·k by q·m, the same for every key k, so the softmax of a query's
 * scores stays what it was. Σ a·(v − m) + m is Σ a·v where the weights a have the sum 1. Ranges
 * that one scale covers become smaller where channels lie far from zero, as keys' do.
 *
 * @param key m of the keys after the position embedding, empty for zero
 * @param value m of the values, empty for zero
 * @see <a href="https://arxiv.org/abs/2410.02367">Zhang et al., SageAttention, 2024, section 4.2
 *     (smoothing of K by its mean)</a>
 */
public record CacheCentre(float[] key, float[] value) {
  /** Zero. */
  static final CacheCentre ZERO = new CacheCentre(new float[0], new float[0]);

  /**
   * The means over a calibration stream, summed in double by ascending tokens. Differs: the cited
   * work takes each sequence's own mean, which is not known while tokens are decoded one by one.
   *
   * @param sublayer with the input linears that will run
   * @param stream states in front of it, read
   * @return empty where the half remembers nothing
   */
  static Optional<CacheCentre> of(Sublayer sublayer, ResidualStream stream, Compute compute) {
    Means key = new Means();
    Means value = new Means();
    for (int i = 0; i < stream.batches(); i++) {
      Optional<Mixer.Remembered> batch =
          sublayer.remembered(stream.state(i), stream.lengths(i), compute);
      if (batch.isEmpty()) {
        return Optional.empty();
      }
      key.add(batch.get().keys());
      value.add(batch.get().values());
    }
    return Optional.of(new CacheCentre(key.of(), value.of()));
  }

  /** k − m for every key [tokens, heads·headSize]; keys themselves where m is zero. */
  FloatMatrix withoutKey(FloatMatrix keys) {
    return without(keys, key);
  }

  /** v − m for every value [tokens, heads·headSize]; values themselves where m is zero. */
  FloatMatrix withoutValue(FloatMatrix values) {
    return without(values, value);
  }

  private static FloatMatrix without(FloatMatrix x, float[] mean) {
    if (mean.length == 0) {
      return x;
    }
    FloatMatrix less = FloatMatrix.zeros(x.rows(), x.cols());
    for (int t = 0; t < x.rows(); t++) {
      for (int c = 0; c < mean.length; c++) {
        less.data()[less.offset(t) + c] = x.data()[x.offset(t) + c] - mean[c];
      }
    }
    return less;
  }

  /**
   * Adds m to mixed values.
   *
   * @param mixed [tokens, query heads·headSize], read and written
   * @param headSize channels of a head
   * @param repeats query heads that share values
   */
  void addValue(FloatMatrix mixed, int headSize, int repeats) {
    if (value.length == 0) {
      return;
    }
    for (int t = 0; t < mixed.rows(); t++) {
      for (int c = 0; c < mixed.cols(); c++) {
        mixed.data()[mixed.offset(t) + c] +=
            value[c / headSize / repeats * headSize + c % headSize];
      }
    }
  }

  /** Column means. */
  private static final class Means {
    private double[] sum = new double[0];
    private long rows;

    void add(FloatMatrix x) {
      if (rows == 0) {
        sum = new double[x.cols()];
      }
      for (int t = 0; t < x.rows(); t++) {
        for (int c = 0; c < sum.length; c++) {
          sum[c] += x.data()[x.offset(t) + c];
        }
      }
      rows += x.rows();
    }

    float[] of() {
      float[] mean = new float[sum.length];
      for (int c = 0; c < mean.length; c++) {
        mean[c] = (float) (sum[c] / rows);
      }
      return mean;
    }
  }
}
