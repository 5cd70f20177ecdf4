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
 * Enlarges the weights of channels with large activations, by a searched power of the mean
 * activation.
 *
 * <p>For r = 0, 1/n, …, (n-1)/n: s = mean|x|^r, at least 1e-4, divided by √(max s·min s); all
 * consumers are quantized as w·s by the inner quantizer, and the s with the least summed output
 * error ‖X·Wᵀ − (X/s)·Q(W·s)ᵀ‖² wins, the smaller r on ties. r = 0 is the identity, so the result
 * is never worse on the calibration tokens than no scaling. With a rounding quantizer inside this
 * is AWQ; with a solver inside the search sees what the solver can repair. When the scheme
 * quantizes inputs too, the error is measured on a sample of tokens with their inputs rounded. Cost
 * n inner quantizations and O(n·out·in²).
 *
 * <p>Differs: the error is that of the linears that read the site, not of the attention or
 * feed-forward block around them. Channels that were never active have s = 1, so that their weights
 * are kept; the published code shrinks them, which rounds them to zero.
 *
 * @param ratios number n of exponents tried, at least 1; the published code uses 20
 * @param inner quantizes candidates, usually of the kind that quantizes the layers afterwards
 * @see <a href="https://arxiv.org/abs/2306.00978">Lin et al., AWQ, 2023, equations 4 and 5</a>
 */
public record AwqScaling(int ratios, LinearQuantizer inner) implements TransformFitter {
  /** Validates the number of exponents. */
  public AwqScaling {
    Objects.requireNonNull(inner, "inner");
    if (ratios < 1) {
      throw new IllegalArgumentException("ratios is " + ratios + ", must be at least 1");
    }
  }

  @Override
  public Set<Statistic<?>> requires() {
    return TransformTrial.requires(Statistics.MEAN_ABS, inner);
  }

  @Override
  public EquivalentTransform fit(SiteTask task, Compute compute) {
    float[] means =
        ChannelScales.requireFinite(
            task, "mean magnitude", task.stats().get(Statistics.MEAN_ABS).means());
    TransformTrial trial = TransformTrial.of(task, inner);
    EquivalentTransform best = new Identity(means.length);
    double least = trial.loss(best, compute);
    for (int i = 1; i < ratios; i++) {
      EquivalentTransform candidate = ChannelScales.activationAware(means, (double) i / ratios);
      double loss = trial.loss(candidate, compute);
      if (loss < least) {
        best = candidate;
        least = loss;
      }
    }
    return best;
  }

  /** One trial's. */
  @Override
  public long workingBytes(List<LayerSize> consumers) {
    return TransformTrial.workingBytes(consumers, inner);
  }
}
