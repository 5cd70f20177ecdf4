package io.halftone.quantizers.grids;

import io.halftone.core.format.IntFormat;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearTask;

/**
 * Shrinks the range of each cell and keeps the one with the smallest Σ|ŵ − w|^exponent.
 *
 * <p>Candidates are the range of {@link MinMax} times 1 − 0.8·i/steps for i = 0 … steps − 1, so the
 * result is never worse than {@link MinMax} in this norm. Cost O(out·in·steps); a candidate is
 * given up as soon as its partial sum reaches the best. Exponent 2 is by far the cheapest, with
 * integer codes a vector of weights at a time.
 *
 * <p>Differs: for exponents other than 2 powers come from tables with a relative error below |p·(p
 * − 1)| · 2^−23, 4·10^−7 for 2.4, so that they are the same on every machine.
 *
 * @param steps number of candidates, at least 1; the reference uses 80
 * @param exponent of the norm, in (0, 8]; the reference uses 2.4
 * @see <a href="https://arxiv.org/abs/2210.17323">Frantar et al., GPTQ, 2022 (reference code,
 *     quantizer with mse option)</a>
 */
public record MseSearch(int steps, double exponent) implements GridFitter {
  private static final double REACH = 0.8;
  private static final double MAX_EXPONENT = 8;

  /** Validates the ranges. */
  public MseSearch {
    if (steps < 1) {
      throw new IllegalArgumentException("steps is " + steps + ", must be at least 1");
    }
    if (!(exponent > 0 && exponent <= MAX_EXPONENT)) {
      throw new IllegalArgumentException("exponent is " + exponent + ", must be in (0, 8]");
    }
  }

  /** 80 candidates and exponent 2.4, as GPTQ's reference code. */
  public static MseSearch reference() {
    return new MseSearch(80, 2.4);
  }

  @Override
  public Grid fit(LinearTask task, Compute compute) {
    WeightCells cells = WeightCells.of(task, compute);
    WeightCells.Ranges ranges = cells.ranges();
    Grid grid = cells.grid(ranges);
    RangeSearch search = new RangeSearch(cells.rule(), steps, REACH);
    ResidualNorm norm = ResidualNorm.power(exponent, compute.kernels());
    cells.forEach(
        (cell, values) -> {
          float min = ranges.min()[cell];
          float max = ranges.max()[cell];
          search.improve(cell, min, max, loss(cells, values, min, max, norm), grid);
        });
    return cells.stored(grid);
  }

  private static CellLoss loss(
      WeightCells cells, CellValues values, float min, float max, ResidualNorm norm) {
    NumberFormat format = cells.rule().format();
    return norm instanceof ResidualNorm.Squared squared && format instanceof IntFormat integers
        ? new SquaredLoss(integers, values, min, max, squared.kernels())
        : new NormLoss(format, values, Math.max(Math.abs(min), Math.abs(max)), norm);
  }
}
