package io.halftone.quantizers.scaling;

import io.halftone.core.kernel.Compute;
import io.halftone.core.spi.LayerSize;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.SiteTask;
import io.halftone.core.spi.TransformFitter;
import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.Statistics;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Smooths all sites of a model by one searched strength.
 *
 * <p>For α = 0, 1/n, …, 1: s[j] = max|X[:, j]|^α / max|W[:, j]|^(1-α) at every site, as {@link
 * SmoothScaling}; the α with the least sum over all sites of output error relative to that without
 * smoothing wins, the smaller on ties. No smoothing at all is a candidate of its own and the first,
 * because α = 0 still rescales the weights; the mean of the relative errors is therefore at most 1
 * on the calibration tokens. Cost n + 2 inner quantizations of the model.
 *
 * <p>Differs: every linear is measured on float inputs, errors do not accumulate from block to
 * block. Errors are relative, since the sites with the largest outputs would decide for all others.
 *
 * @param steps number n of equal steps of α in [0, 1], at least 1; 20 gives the paper's 0.05
 * @param inner quantizes candidates
 * @see <a href="https://arxiv.org/abs/2312.03788">Pan et al., SmoothQuant+, 2023</a>
 */
public record SmoothQuantPlus(int steps, LinearQuantizer inner) implements TransformFitter {
  /** Validates the number of steps. */
  public SmoothQuantPlus {
    Objects.requireNonNull(inner, "inner");
    if (steps < 1) {
      throw new IllegalArgumentException("steps is " + steps + ", must be at least 1");
    }
  }

  @Override
  public Set<Statistic<?>> requires() {
    return TransformTrial.requires(Statistics.ABS_MAX, inner);
  }

  @Override
  public EquivalentTransform fit(SiteTask task, Compute compute) {
    return fitAll(List.of(task), compute).get(0);
  }

  @Override
  public List<EquivalentTransform> fitAll(List<SiteTask> tasks, Compute compute) {
    double[] losses = new double[steps + 1];
    double least = 0;
    for (SiteTask task : tasks) {
      TransformTrial trial = TransformTrial.of(task, inner);
      double rounding = trial.loss(new Identity(task.site().size()), compute);
      least += share(rounding, rounding);
      for (int i = 0; i <= steps; i++) {
        losses[i] += share(trial.loss(smoothing(i).fit(task, compute), compute), rounding);
      }
    }
    int best = -1;
    for (int i = 0; i <= steps; i++) {
      if (losses[i] < least) {
        least = losses[i];
        best = i;
      }
    }
    if (best < 0) {
      return tasks.stream()
          .<EquivalentTransform>map(task -> new Identity(task.site().size()))
          .toList();
    }
    SmoothScaling chosen = smoothing(best);
    return tasks.stream().map(task -> chosen.fit(task, compute)).toList();
  }

  /** One trial's. */
  @Override
  public long workingBytes(List<LayerSize> consumers) {
    return TransformTrial.workingBytes(consumers, inner);
  }

  private static double share(double loss, double rounding) {
    return loss == 0 ? 0 : loss / rounding;
  }

  private SmoothScaling smoothing(int step) {
    return new SmoothScaling((double) step / steps);
  }
}
