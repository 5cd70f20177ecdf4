package io.halftone.quantizers.scaling;

import io.halftone.core.kernel.Compute;
import io.halftone.core.report.Reports;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.Timing;
import io.halftone.core.spi.LayerSize;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.spi.SiteTask;
import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.Statistics;
import io.halftone.core.stats.StatisticsView;
import io.halftone.core.transform.EquivalentTransform;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Tries transforms at one site: all consumers are quantized in the new basis and their output
 * errors summed.
 *
 * <p>Static inputs stay float in a trial: their steps are known only behind the transforms.
 *
 * @param task the site
 * @param inner quantizes each consumer, with statistics of the transformed input
 * @param objective measures in the original basis
 */
record TransformTrial(SiteTask task, LinearQuantizer inner, OutputObjective objective) {

  static TransformTrial of(SiteTask task, LinearQuantizer inner) {
    SiteTask tried = withoutSteps(task);
    return new TransformTrial(tried, inner, OutputObjective.of(tried));
  }

  /** Measures on sample tokens, also where inputs stay float. */
  static TransformTrial onSample(SiteTask task, LinearQuantizer inner) {
    return new TransformTrial(
        withoutSteps(task),
        inner,
        new OutputObjective.OnSample(task.stats().get(Reports.SAMPLE).x()));
  }

  private static SiteTask withoutSteps(SiteTask task) {
    return task.scheme().input().timing() == Timing.STATIC
        ? new SiteTask(
            task.site(),
            task.weights(),
            new LayerScheme(task.scheme().weight(), Schemes.FULL),
            task.stats())
        : task;
  }

  /** What trials with this quantizer read, for every scheme. */
  static Set<Statistic<?>> requires(Statistic<?> magnitudes, LinearQuantizer inner) {
    Set<Statistic<?>> all = new LinkedHashSet<>(inner.requires());
    all.add(magnitudes);
    all.add(Statistics.GRAM);
    all.add(Reports.SAMPLE);
    return Set.copyOf(all);
  }

  /**
   * Bytes of one trial at its peak: the Gram matrix turned, the largest consumer's weight turned,
   * and what the inner quantizer takes or, after it, its codes, the decoded weight, the same turned
   * back, and the difference's products with the Gram matrix in float.
   */
  static long workingBytes(List<LayerSize> consumers, LinearQuantizer inner) {
    long largest = 0;
    for (LayerSize layer : consumers) {
      long measured =
          (Short.BYTES + 2 * Float.BYTES) * layer.weights()
              + layer.gridBytes()
              + Float.BYTES * layer.square();
      largest =
          Math.max(
              largest,
              Float.BYTES * layer.weights() + Math.max(inner.workingBytes(layer), measured));
    }
    return turnedGram(consumers) + largest;
  }

  /** Bytes of a Gram matrix turned by a diagonal transform. */
  static long turnedGram(List<LayerSize> consumers) {
    return Double.BYTES * consumers.get(0).square();
  }

  /**
   * Σ over consumers of ‖Y − Ŷ‖² when the site's tensor is transformed.
   *
   * @throws QuantizationException if the sum is not finite; names the site
   */
  double loss(EquivalentTransform transform, Compute compute) {
    StatisticsView stats = task.stats().under(transform);
    double loss = 0;
    for (int consumer = 0; consumer < task.weights().size(); consumer++) {
      LinearTask original = task.linear(consumer);
      LinearTask transformed =
          new LinearTask(
              original.name(),
              transform.applyToWeight(original.weight(), compute),
              transform.correctBias(original.weight(), original.bias()),
              transform,
              original.scheme(),
              stats);
      loss += objective.error(inner.quantize(transformed, compute), original.weight(), compute);
    }
    if (!Double.isFinite(loss)) {
      throw new QuantizationException(
          task.site().id(), "output error of a scaling is " + loss + ", must be finite");
    }
    return loss;
  }
}
