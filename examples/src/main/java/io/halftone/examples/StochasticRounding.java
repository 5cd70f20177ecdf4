package io.halftone.examples;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.Statistic;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Rounds up with probability equal to the fractional part; unbiased, seeded.
 *
 * @param grid chooses scales and zero points
 * @see <a href="https://arxiv.org/abs/1502.02551">Gupta et al., Deep Learning with Limited
 *     Numerical Precision, 2015, section 3</a>
 */
public record StochasticRounding(GridFitter grid) implements LinearQuantizer {
  @Override
  public Set<Statistic<?>> requires() {
    return grid.requires();
  }

  @Override
  public QuantizedLinear quantize(LinearTask task, Compute compute) {
    Grid g = grid.fit(task, compute);
    SplittableRandom random = compute.random(task.name());
    return task.single(g, v -> (int) Math.floor(v + random.nextDouble()));
  }
}
