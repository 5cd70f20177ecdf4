package io.halftone.quantizers.grids;

import io.halftone.core.format.BlockExponent;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearTask;

/**
 * Of the powers of two by {@link BlockExponent#FLOOR} and the next larger one, the one with the
 * smaller Σ(ŵ − w)² over the cell; the smaller power at a tie. Never worse than {@link PowerOfTwo}
 * by any of its rules in this norm. Cost O(out·in).
 *
 * <p>Differs: the specification takes the smaller power without looking at the error.
 *
 * @see <a href="https://arxiv.org/abs/2310.10537">Rouhani et al., Microscaling Data Formats for
 *     Deep Learning, 2023, algorithm 1</a>
 */
public record PowerOfTwoSearch() implements GridFitter {
  private static final double SQUARED = 2;

  @Override
  public Grid fit(LinearTask task, Compute compute) {
    Grid grid = new PowerOfTwo(BlockExponent.FLOOR).fit(task, compute);
    WeightCells cells = WeightCells.of(task, compute);
    WeightCells.Ranges ranges = cells.ranges();
    ResidualNorm norm = ResidualNorm.power(SQUARED, compute.kernels());
    cells.forEach(
        (cell, values) -> {
          float magnitude = ranges.magnitude(cell);
          float floor = grid.scale()[cell];
          if (magnitude > 0) {
            CellLoss loss = new NormLoss(cells.rule().format(), values, magnitude, norm);
            float next = cells.storeAtMost(cell, 2.0 * floor);
            double best = loss.of(floor, 0, Double.POSITIVE_INFINITY);
            grid.scale()[cell] = loss.of(next, 0, best) < best ? next : floor;
          }
        });
    return grid;
  }
}
