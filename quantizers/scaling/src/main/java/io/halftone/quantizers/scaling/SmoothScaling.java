package io.halftone.quantizers.scaling;

import io.halftone.core.kernel.Compute;
import io.halftone.core.spi.LayerSize;
import io.halftone.core.spi.SiteTask;
import io.halftone.core.spi.TransformFitter;
import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.Statistics;
import io.halftone.core.transform.EquivalentTransform;
import java.util.List;
import java.util.Set;

/**
 * Moves the range of activation channels into the weights by a closed form.
 *
 * <p>s[j] = max|X[:, j]|^α / max|W[:, j]|^(1-α), x ← x / s, w ← w·s, the weight's maximum over the
 * rows of all consumers of the site. At α = 0.5 the maxima of both sides become equal, at 1 those
 * of the activations become 1, at 0 those of the weights. Both maxima count as at least 1e-5. Cost
 * O(out·in).
 *
 * <p>Differs: channels that were never active have s = 1, so that their weights are kept; the
 * published code shrinks them, which rounds them to zero.
 *
 * @param alpha migration strength α, in [0, 1]; the paper uses 0.5, and 0.75 to 0.85 for models
 *     with larger outliers
 * @see <a href="https://arxiv.org/abs/2211.10438">Xiao et al., SmoothQuant, 2022, equation 4</a>
 */
public record SmoothScaling(double alpha) implements TransformFitter {
  /** Validates the strength. */
  public SmoothScaling {
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
    float[] inputs =
        ChannelScales.requireFinite(
            task, "largest magnitude", task.stats().get(Statistics.ABS_MAX));
    return ChannelScales.smoothing(inputs, ChannelScales.weightMaxima(task), alpha);
  }

  /** The Gram matrix, turned. */
  @Override
  public long workingBytes(List<LayerSize> consumers) {
    return TransformTrial.turnedGram(consumers);
  }
}
