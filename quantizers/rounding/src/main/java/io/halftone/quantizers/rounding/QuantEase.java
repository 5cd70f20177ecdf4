package io.halftone.quantizers.rounding;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.spi.LayerSize;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.stats.Statistic;
import java.util.Objects;
import java.util.Set;

/**
 * Improves any codes on a grid by cyclic coordinate descent on the output error tr((W − Ŵ)·G·(W −
 * Ŵ)ᵀ).
 *
 * <p>Column by column every weight moves to the grid point nearest to its best value given all
 * others, ŵ[j] + ((W − Ŵ)·G)[j] / G[j, j], as long as that lowers the error; the error never rises
 * and the end, unless sweeps run out first, cannot be bettered by changing any single code. Cost
 * O(out·in²) per sweep, like one matrix product, less once rows have settled; memory two copies of
 * the weight, one float copy of G.
 *
 * <p>Differs: starts from a quantized layer instead of the float weight. The paper relaxes every
 * third sweep, that is, lets it leave the grid, and keeps the last point; here a relaxed sweep, a
 * rounding sweep and descent follow once descent has ended, and a row takes what they reach only if
 * it is better, so that the error never rises. The grid is the start's.
 *
 * @param start gives the first codes and the grid; must return one branch of codes on a grid
 * @param sweeps at most, before and after each relaxation, at least 1; fewer when nothing changes
 * @param relaxations not negative, each two sweeps more; 0 for plain descent. The paper runs 25 to
 *     30 sweeps in all
 * @see <a href="https://arxiv.org/abs/2309.01885">Behdin et al., QuantEase, 2023</a>
 */
public record QuantEase(LinearQuantizer start, int sweeps, int relaxations)
    implements LinearQuantizer {
  /** Validates the parameters. */
  public QuantEase {
    Objects.requireNonNull(start, "start");
    if (sweeps < 1) {
      throw new IllegalArgumentException("sweeps is " + sweeps + ", must be at least 1");
    }
    if (relaxations < 0) {
      throw new IllegalArgumentException(
          "relaxations is " + relaxations + ", must not be negative");
    }
  }

  /** Plain descent, without relaxations. */
  public QuantEase(LinearQuantizer start, int sweeps) {
    this(start, sweeps, 0);
  }

  @Override
  public Set<Statistic<?>> requires() {
    return LayerGram.with(start.requires());
  }

  /**
   * Quantizes a layer.
   *
   * @throws QuantizationException if the start is not one branch of codes on a grid, or the Gram
   *     matrix is zero or not finite
   */
  @Override
  public QuantizedLinear quantize(LinearTask task, Compute compute) {
    DescentGram gram = DescentGram.of(LayerGram.of(task, compute), compute);
    QuantizedLinear first = start.quantize(task, compute);
    GridTensor descended = descent(task, gram, SingleGrid.of(first), compute).run(sweeps);
    return SingleGrid.with(
        first, relaxations == 0 ? descended : relaxed(task, gram, descended, compute));
  }

  private GridTensor relaxed(
      LinearTask task, DescentGram gram, GridTensor descended, Compute compute) {
    RatedRows best = RatedRows.of(task, descended, compute);
    for (int i = 0; i < relaxations; i++) {
      GridTensor tried = descent(task, gram, best.tensor(), compute).runRelaxed(sweeps);
      best = best.orBetter(RatedRows.of(task, tried, compute));
    }
    return best.tensor();
  }

  private static CoordinateDescent descent(
      LinearTask task, DescentGram gram, GridTensor from, Compute compute) {
    return new CoordinateDescent(task.weight(), gram, from, compute);
  }

  /**
   * G in float, and beside it the largest of: what the start takes; descent, with codes before it,
   * at it and after it, residuals, products, and the rows whose products are formed anew; the
   * choice between two results, with their difference to the weight, its products and G in float
   * once more.
   */
  @Override
  public long workingBytes(LayerSize layer) {
    long codes = Short.BYTES * layer.weights();
    long floats = Float.BYTES * layer.weights();
    long gram = Float.BYTES * layer.square();
    long descent = CoordinateDescent.workingBytes(layer) + (relaxations > 0 ? 3 : 1) * codes;
    long choice = relaxations > 0 ? 4 * codes + 2 * floats + gram : 0;
    return gram
        + Math.max(start.workingBytes(layer), Math.max(descent, choice) + layer.gridBytes());
  }
}
