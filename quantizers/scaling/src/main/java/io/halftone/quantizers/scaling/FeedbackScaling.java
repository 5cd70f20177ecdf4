package io.halftone.quantizers.scaling;

import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.NotPositiveDefiniteException;
import io.halftone.core.spi.LayerSize;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.spi.SiteTask;
import io.halftone.core.spi.TransformFitter;
import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.SquareMatrix;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Scales channels so that error feedback (GPTQ, QuantEase) is expected to leave the least output
 * error.
 *
 * <p>With G + λ·mean(diag G)·I = U·diag(d)·Uᵀ in act order, error feedback ends at Σ d[j]·e[j]²,
 * e[j] being the rounding error of column j alone. That error grows with the range of the cells the
 * column lies in and shrinks by its scale s[j], so the expected error of the cells C over one set
 * of columns g is proportional to
 *
 * <p>(Σ over C of range(w·s)²) · (Σ over j in g of d[j] / s[j]²),
 *
 * <p>which cyclic descent over log s lowers, all consumers of the site together. The inner
 * quantizer has the last word: the scales are kept only if its measured output error is lower than
 * without them; a site whose tensor is always zero keeps its basis. Cost two inner quantizations,
 * O(in³) for the factor and O(sweeps·out·in).
 *
 * <p>Differs: the cited work proves the error of feedback for unscaled columns; scaling by it is
 * this library's own step.
 *
 * @param damping λ as a fraction of mean(diag G), in (0, 1]
 * @param sweeps of descent over the scales, at least 1
 * @param inner decides between these scales and none
 * @see <a href="https://arxiv.org/abs/2307.13304">Chee et al., QuIP, 2023, theorem 1 (error of
 *     adaptive rounding)</a>
 */
public record FeedbackScaling(double damping, int sweeps, LinearQuantizer inner)
    implements TransformFitter {
  /** Validates the ranges. */
  public FeedbackScaling {
    Objects.requireNonNull(inner, "inner");
    if (!(damping > 0 && damping <= 1)) {
      throw new IllegalArgumentException("damping is " + damping + ", must be in (0, 1]");
    }
    if (sweeps < 1) {
      throw new IllegalArgumentException("sweeps is " + sweeps + ", must be at least 1");
    }
  }

  @Override
  public Set<Statistic<?>> requires() {
    return TransformTrial.requires(Statistics.GRAM, inner);
  }

  @Override
  public EquivalentTransform fit(SiteTask task, Compute compute) {
    EquivalentTransform identity = new Identity(task.site().size());
    if (task.stats().get(Statistics.GRAM).sum().meanDiagonal() == 0) {
      return identity;
    }
    TransformTrial trial = TransformTrial.of(task, inner);
    EquivalentTransform scaled =
        RangeDescent.of(task, importance(task, compute)).run(sweeps, compute);
    return trial.loss(scaled, compute) < trial.loss(identity, compute) ? scaled : identity;
  }

  /**
   * The largest of the Gram matrix's factor in double; both ends of every cell a column crosses, of
   * all consumers, and again of the columns already scaled; one trial.
   */
  @Override
  public long workingBytes(List<LayerSize> consumers) {
    long weights = consumers.stream().mapToLong(LayerSize::weights).sum();
    long factor = Double.BYTES * consumers.get(0).square();
    return Math.max(
        Math.max(factor, 4 * Float.BYTES * weights), TransformTrial.workingBytes(consumers, inner));
  }

  /**
   * d per channel: what one unit of squared rounding error of the channel adds to the output error
   * after feedback.
   */
  private double[] importance(SiteTask task, Compute compute) {
    SquareMatrix gram = task.stats().get(Statistics.GRAM).sum();
    int[] order = gram.byFallingDiagonal();
    double[] importance = new double[order.length];
    double[] diagonal = diagonal(task, gram, order, compute);
    for (int j = 0; j < order.length; j++) {
      importance[order[j]] = diagonal[j];
    }
    return importance;
  }

  private double[] diagonal(SiteTask task, SquareMatrix gram, int[] order, Compute compute) {
    try {
      return compute.algebra().factor(gram, order, damping * gram.meanDiagonal()).diagonal();
    } catch (NotPositiveDefiniteException e) {
      throw new QuantizationException(
          task.site().id(), "the damped Gram matrix cannot be factored: " + e.getMessage(), e);
    }
  }
}
