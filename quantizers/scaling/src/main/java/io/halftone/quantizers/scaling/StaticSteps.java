package io.halftone.quantizers.scaling;

import io.halftone.core.kernel.Compute;
import io.halftone.core.model.TransformSite;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.spi.LayerSize;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.spi.SiteTask;
import io.halftone.core.spi.TransformFitter;
import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.Statistics;
import io.halftone.core.transform.Diagonal;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Divides static activations by their quantization steps in advance, so that whatever writes them
 * writes integers and nothing is scaled at run time.
 *
 * <p>step[j] = max|X[:, j]| / maxCode over the calibration tokens, x ← x / step, w ← w·step; one
 * step for all channels when the scheme's inputs have one. Steps are at least 1e-3 of the largest,
 * so that weights of quiet channels are not rounded away. A scheme whose inputs are float or
 * dynamic keeps its basis. To stand behind all other transforms of a site.
 *
 * <p>Differs: ranges are not made symmetric by a shift first, nor searched; inputs that no norm
 * writes are static too.
 *
 * @see <a href="https://arxiv.org/abs/2406.18832">Wang et al., OutlierTune, 2024, section 3
 *     (pre-execution of dequantization)</a>
 * @see <a href="https://arxiv.org/abs/2503.07654">Wang et al., MergeQuant, 2025, section 3
 *     (quantization step migration)</a>
 */
public record StaticSteps() implements TransformFitter {
  private static final float SMALLEST = 1e-3f;

  @Override
  public Set<Statistic<?>> requires() {
    return Set.of(Statistics.ABS_MAX);
  }

  @Override
  public EquivalentTransform fit(SiteTask task, Compute compute) {
    TensorScheme input = task.scheme().input();
    if (input.isFull() || input.timing() != Timing.STATIC) {
      return new Identity(task.site().size());
    }
    if (!task.stats().has(Statistics.ABS_MAX)) {
      throw new QuantizationException(
          task.site().id(),
          "its static step needs the largest magnitude of each channel, which is not known behind a"
              + " transform that mixes or shifts channels");
    }
    float[] maxima =
        ChannelScales.requireFinite(
            task, "largest magnitude", task.stats().get(Statistics.ABS_MAX));
    float largest = 0;
    for (float maximum : maxima) {
      largest = Math.max(largest, maximum);
    }
    if (largest == 0) {
      return new Identity(maxima.length);
    }
    float[] factor = shared(task.site(), maxima);
    if (!(input.granularity() instanceof Granularity.PerColumn)) {
      Arrays.fill(factor, largest);
    }
    for (int c = 0; c < factor.length; c++) {
      factor[c] = input.format().maxValue() / Math.max(factor[c], SMALLEST * largest);
    }
    return new Diagonal(factor);
  }

  /** The Gram matrix, turned. */
  @Override
  public long workingBytes(List<LayerSize> consumers) {
    return TransformTrial.turnedGram(consumers);
  }

  /** The largest among channels that are read of the same produced channel. */
  private static float[] shared(TransformSite site, float[] maxima) {
    int head = site.size() / site.heads();
    int group = site.repeats() * head;
    float[] shared = new float[maxima.length];
    for (int c = 0; c < maxima.length; c++) {
      for (int other = c / group * group + c % head; other / group == c / group; other += head) {
        shared[c] = Math.max(shared[c], other < maxima.length ? maxima[other] : 0);
      }
    }
    return shared;
  }
}
