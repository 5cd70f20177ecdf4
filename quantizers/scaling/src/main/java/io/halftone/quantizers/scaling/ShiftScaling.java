package io.halftone.quantizers.scaling;

import io.halftone.core.kernel.Compute;
import io.halftone.core.model.Absorbs;
import io.halftone.core.report.Reports;
import io.halftone.core.spi.LayerSize;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.SiteTask;
import io.halftone.core.spi.TransformFitter;
import io.halftone.core.stats.Statistic;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.Chain;
import io.halftone.core.transform.Diagonal;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;
import io.halftone.core.transform.Shift;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Moves the middle of every channel's range to zero, then shrinks the channels that still reach
 * beyond a searched threshold to it.
 *
 * <p>z[j] = (max X[:, j] + min X[:, j]) / 2; with a[j] = (max − min) / 2 and a threshold t, s[j] =
 * max(1, a[j] / t); x ← (x − z) / s, w ← w·s, b ← b + w·z. Of t = max(a)·i / n for i = 1 … n the
 * one with the least output error over the consumers of the site wins, inputs and weights
 * quantized, the larger on ties; the identity is a candidate, too. Cost n + 1 inner quantizations
 * of the site's consumers.
 *
 * <p>Differs: ranges and errors are those of the sampled tokens. Channels are shifted only where
 * what writes them can take an offset ({@link Absorbs#AFFINE}); elsewhere z is 0 and a the largest
 * magnitude. The error is that of the linears that read the tensor, not of attention as a whole.
 *
 * @param steps number n of thresholds, at least 1
 * @param inner quantizes candidates
 * @see <a href="https://arxiv.org/abs/2304.09145">Wei et al., Outlier Suppression+, 2023, equations
 *     3 to 8</a>
 */
public record ShiftScaling(int steps, LinearQuantizer inner) implements TransformFitter {
  /** Validates the number of steps. */
  public ShiftScaling {
    Objects.requireNonNull(inner, "inner");
    if (steps < 1) {
      throw new IllegalArgumentException("steps is " + steps + ", must be at least 1");
    }
  }

  @Override
  public Set<Statistic<?>> requires() {
    Set<Statistic<?>> all = new LinkedHashSet<>(inner.requires());
    all.add(Reports.SAMPLE);
    return Set.copyOf(all);
  }

  @Override
  public EquivalentTransform fit(SiteTask task, Compute compute) {
    TransformTrial trial = TransformTrial.onSample(task, inner);
    Ranges ranges = Ranges.of(task);
    EquivalentTransform best = new Identity(task.site().size());
    double least = trial.loss(best, compute);
    for (int i = steps; i >= 1; i--) {
      EquivalentTransform candidate = ranges.within(ranges.largest() * i / steps);
      double loss = trial.loss(candidate, compute);
      if (loss < least) {
        least = loss;
        best = candidate;
      }
    }
    return best;
  }

  /** One trial's; on sample tokens it takes less. */
  @Override
  public long workingBytes(List<LayerSize> consumers) {
    return TransformTrial.workingBytes(consumers, inner);
  }

  /**
   * Middles and reaches of channels.
   *
   * @param middle z
   * @param reach a
   */
  private record Ranges(float[] middle, float[] reach) {
    static Ranges of(SiteTask task) {
      FloatMatrix x = task.stats().get(Reports.SAMPLE).x();
      boolean shifted = task.site().absorbs() == Absorbs.AFFINE;
      float[] middle = new float[x.cols()];
      float[] reach = new float[x.cols()];
      for (int c = 0; c < x.cols(); c++) {
        float low = x.rows() == 0 ? 0 : x.get(0, c);
        float high = low;
        for (int t = 1; t < x.rows(); t++) {
          low = Math.min(low, x.get(t, c));
          high = Math.max(high, x.get(t, c));
        }
        middle[c] = shifted ? low / 2 + high / 2 : 0;
        reach[c] = Math.max(high - middle[c], middle[c] - low);
      }
      ChannelScales.requireFinite(task, "reach", reach);
      return new Ranges(middle, reach);
    }

    float largest() {
      float largest = 0;
      for (float one : reach) {
        largest = Math.max(largest, one);
      }
      return largest;
    }

    /** Shift, then scales that leave no channel beyond a threshold. */
    EquivalentTransform within(float threshold) {
      float[] factor = new float[reach.length];
      for (int c = 0; c < factor.length; c++) {
        factor[c] = reach[c] > threshold && threshold > 0 ? threshold / reach[c] : 1;
      }
      return Chain.of(shift(), new Diagonal(factor));
    }

    private EquivalentTransform shift() {
      for (float one : middle) {
        if (one != 0) {
          return new Shift(middle);
        }
      }
      return new Identity(middle.length);
    }
  }
}
