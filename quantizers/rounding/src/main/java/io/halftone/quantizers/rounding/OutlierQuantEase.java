package io.halftone.quantizers.rounding;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Branch;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridRounding;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.stats.Statistic;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Keeps a few weights in full precision beside the codes, and chooses both to lower the output
 * error.
 *
 * <p>Minimises tr(R·G·Rᵀ), R = W − Ŵ − H, with at most fraction·out·in entries of H not zero. H
 * starts as the largest weights, the grid is fitted to what they leave; then one sweep of
 * coordinate descent on Ŵ and one step H ← P(H + R·G/λ) take turns, P keeping the largest entries
 * and λ being the largest eigenvalue of G. Cost O(out·in²) per sweep; memory six copies of the
 * weight.
 *
 * <p>Differs: λ comes from power iteration and is enlarged by 2 %; should a step raise the error
 * nevertheless, the best point reached is returned. The reference code updates the product matrix
 * instead of the weights and leaves out the division by G[j, j]; this does what the paper says.
 *
 * @param fraction of the weights kept, in [0, 1]; the paper uses 0.01
 * @param sweeps at most, at least 1; stops earlier when the error no longer falls; the paper uses
 *     25 to 30
 * @param grid fits scales and zero points of the weights that are not kept
 * @see <a href="https://arxiv.org/abs/2309.01885">Behdin et al., QuantEase, 2023</a>
 */
public record OutlierQuantEase(double fraction, int sweeps, GridFitter grid)
    implements LinearQuantizer {
  private static final double MARGIN = 1.02;

  /** Validates the parameters. */
  public OutlierQuantEase {
    Objects.requireNonNull(grid, "grid");
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new IllegalArgumentException("fraction is " + fraction + ", must be in [0, 1]");
    }
    if (sweeps < 1) {
      throw new IllegalArgumentException("sweeps is " + sweeps + ", must be at least 1");
    }
  }

  @Override
  public Set<Statistic<?>> requires() {
    return LayerGram.with(grid.requires());
  }

  /**
   * Quantizes a layer into a branch of codes and a sparse branch, which reads the layer's input
   * unquantized.
   *
   * @throws QuantizationException if the Gram matrix is zero or not finite
   */
  @Override
  public QuantizedLinear quantize(LinearTask task, Compute compute) {
    task.requireFiniteWeight(compute);
    SquareMatrix exact = LayerGram.of(task, compute);
    DescentGram gram = DescentGram.of(exact, compute);
    double step = 1 / (MARGIN * LargestEigenvalue.of(exact, compute.random(task.name()), compute));
    int budget = (int) Math.rint(fraction * task.weight().data().length);
    FloatMatrix outliers = task.weight().copy();
    LargestEntries.keep(outliers, budget);
    Split now = new Split(nearest(task, outliers, compute), outliers);
    Split best = now;
    double lowest = Double.POSITIVE_INFINITY;
    for (int sweep = 0; sweep < sweeps; sweep++) {
      FloatMatrix target = minus(task.weight(), now.outliers());
      GridTensor codes = new CoordinateDescent(target, gram, now.codes(), compute).run(1);
      FloatMatrix residual = minus(target, codes.decode());
      FloatMatrix product = compute.algebra().multiply(residual, gram.rounded());
      double error = dot(residual, product);
      if (!(error < lowest)) {
        break;
      }
      lowest = error;
      best = new Split(codes, now.outliers());
      now = new Split(codes, moved(now.outliers(), step, product, budget));
    }
    return best.layer(task);
  }

  private GridTensor nearest(LinearTask task, FloatMatrix outliers, Compute compute) {
    LinearTask rest = task.withWeight(minus(task.weight(), outliers));
    Grid fitted = grid.fit(rest, compute);
    return new GridTensor(
        task.scheme().weight(),
        GridRounding.codes(task.scheme().weight(), fitted, rest.weight(), compute),
        fitted);
  }

  private static FloatMatrix moved(
      FloatMatrix outliers, double step, FloatMatrix product, int budget) {
    FloatMatrix result = outliers.copy();
    for (int i = 0; i < result.data().length; i++) {
      result.data()[i] = Math.fma((float) step, product.data()[i], result.data()[i]);
    }
    LargestEntries.keep(result, budget);
    return result;
  }

  private static FloatMatrix minus(FloatMatrix left, FloatMatrix right) {
    FloatMatrix result = left.copy();
    for (int i = 0; i < result.data().length; i++) {
      result.data()[i] -= right.data()[i];
    }
    return result;
  }

  private static double dot(FloatMatrix left, FloatMatrix right) {
    double sum = 0;
    for (int i = 0; i < left.data().length; i++) {
      sum = Math.fma((double) left.data()[i], right.data()[i], sum);
    }
    return sum;
  }

  private record Split(GridTensor codes, FloatMatrix outliers) {
    QuantizedLinear layer(LinearTask task) {
      return new QuantizedLinear(
          task.name(),
          task.online(),
          List.of(
              new Branch(task.scheme().input(), codes),
              new Branch(Schemes.FULL, LargestEntries.sparse(outliers))),
          task.bias(),
          new Outcome.Calibrated());
    }
  }
}
