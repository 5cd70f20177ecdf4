package io.halftone.quantizers.rounding;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.QuantizedLinear;
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
 * <p>Differs: starts from a quantized layer instead of the float weight, and has no relaxed sweeps,
 * so that it is monotone. The grid is the start's.
 *
 * @param start gives the first codes and the grid; must return one branch of codes on a grid
 * @param sweeps at most, at least 1; stops earlier when nothing changes; the paper uses 25 to 30
 * @see <a href="https://arxiv.org/abs/2309.01885">Behdin et al., QuantEase, 2023</a>
 */
public record QuantEase(LinearQuantizer start, int sweeps) implements LinearQuantizer {
  /** Validates the parameters. */
  public QuantEase {
    Objects.requireNonNull(start, "start");
    if (sweeps < 1) {
      throw new IllegalArgumentException("sweeps is " + sweeps + ", must be at least 1");
    }
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
    DescentGram gram = DescentGram.of(LayerGram.of(task));
    QuantizedLinear first = start.quantize(task, compute);
    GridTensor tensor = SingleGrid.of(first);
    return SingleGrid.with(
        first, new CoordinateDescent(task.weight(), gram, tensor, compute).run(sweeps).on(tensor));
  }
}
