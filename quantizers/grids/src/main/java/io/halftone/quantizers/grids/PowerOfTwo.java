package io.halftone.quantizers.grids;

import io.halftone.core.format.BlockExponent;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearTask;
import java.util.Objects;

/**
 * Scales that are powers of two, from each cell's largest magnitude, as the microscaling formats
 * have them: at most the largest that can be stored. A cell of zeros gets 1. Cost O(out·in).
 *
 * @param rule which power of two
 * @see <a href="https://arxiv.org/abs/2310.10537">Rouhani et al., Microscaling Data Formats for
 *     Deep Learning, 2023, algorithm 1</a>
 */
public record PowerOfTwo(BlockExponent rule) implements GridFitter {
  /** Validates that the rule is given. */
  public PowerOfTwo {
    Objects.requireNonNull(rule, "rule");
  }

  @Override
  public Grid fit(LinearTask task, Compute compute) {
    WeightCells cells = WeightCells.of(task, compute);
    cells.requireOneScalePerCell();
    WeightCells.Ranges ranges = cells.ranges();
    float[] scale = new float[cells.layout().count()];
    for (int cell = 0; cell < scale.length; cell++) {
      scale[cell] = cells.storeAtMost(cell, power(ranges.magnitude(cell), cells));
    }
    return new Grid(cells.layout(), scale, new float[scale.length]);
  }

  private double power(float magnitude, WeightCells cells) {
    return magnitude == 0 ? 0 : Math.scalb(1.0, rule.of(magnitude, cells.rule().format()));
  }
}
