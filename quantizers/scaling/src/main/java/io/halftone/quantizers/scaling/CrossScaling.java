package io.halftone.quantizers.scaling;

import io.halftone.core.kernel.Compute;
import io.halftone.core.spi.LayerSize;
import io.halftone.core.spi.SiteTask;
import io.halftone.core.spi.TransformFitter;
import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.Statistics;
import io.halftone.core.transform.Diagonal;
import io.halftone.core.transform.EquivalentTransform;
import java.util.List;
import java.util.Set;

/**
 * Gives activations a step per token and channel: the channel's part, max|X[:, j]|^(1-α) over the
 * calibration tokens, goes into the weights, the token's part is the dynamic scale of the row.
 *
 * <p>Few values then fall to 0, which is what one large channel does to the others of its token.
 * Channels that were never active keep their weights. Cost O(in).
 *
 * <p>Differs: the token's part is the largest magnitude of the scaled row instead of max|X[t,
 * :]|^α, which it never exceeds, and the weights are quantized after the channel's part has gone
 * into them.
 *
 * @param alpha exponent α of the token, in [0, 1]; the paper uses 0.15
 * @see <a href="https://arxiv.org/abs/2410.07505">Liu et al., CrossQuant, 2024, equation 5</a>
 */
public record CrossScaling(double alpha) implements TransformFitter {
  /** Validates the exponent. */
  public CrossScaling {
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException("alpha is " + alpha + ", must be in [0, 1]");
    }
  }

  @Override
  public Set<Statistic<?>> requires() {
    return Set.of(Statistics.ABS_MAX);
  }

  @Override
  public EquivalentTransform fit(SiteTask task, Compute compute) {
    float[] maxima =
        ChannelScales.requireFinite(
            task, "largest magnitude", task.stats().get(Statistics.ABS_MAX));
    float[] factor = new float[maxima.length];
    for (int c = 0; c < factor.length; c++) {
      double largest = Math.max(maxima[c], ChannelScales.MIN_MAXIMUM);
      factor[c] = maxima[c] == 0 ? 1 : (float) StrictMath.pow(largest, alpha - 1);
    }
    return new Diagonal(factor);
  }

  /** The Gram matrix, turned. */
  @Override
  public long workingBytes(List<LayerSize> consumers) {
    return TransformTrial.turnedGram(consumers);
  }
}
