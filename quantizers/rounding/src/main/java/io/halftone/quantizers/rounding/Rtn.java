package io.halftone.quantizers.rounding;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridRounding;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LayerSize;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.Statistic;
import java.util.Objects;
import java.util.Set;

/**
 * Rounds every weight to the nearest point of its grid, ties to even; the baseline of all other
 * methods.
 *
 * <p>Cost O(out·in) besides the grid. The outcome is data-free unless the grid reads statistics.
 *
 * @param grid fits scales and zero points
 * @see <a href="https://arxiv.org/abs/1712.05877">Jacob et al., Quantization and Training of Neural
 *     Networks, 2017, equation 1</a>
 */
public record Rtn(GridFitter grid) implements LinearQuantizer {
  /** Validates that the grid is given. */
  public Rtn {
    Objects.requireNonNull(grid, "grid");
  }

  @Override
  public Set<Statistic<?>> requires() {
    return grid.requires();
  }

  @Override
  public QuantizedLinear quantize(LinearTask task, Compute compute) {
    task.requireFiniteWeight(compute);
    Grid fitted = grid.fit(task, compute);
    Outcome outcome = requires().isEmpty() ? new Outcome.DataFree() : new Outcome.Calibrated();
    return task.single(
        fitted,
        GridRounding.codes(task.scheme().weight(), fitted, task.weight(), compute),
        outcome);
  }

  /** The codes after the grid. */
  @Override
  public long workingBytes(LayerSize layer) {
    return grid.workingBytes(layer) + Short.BYTES * layer.weights();
  }
}
