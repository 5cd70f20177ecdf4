package io.halftone.quantizers.grids;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearTask;

/**
 * Moves the zero point of each cell so that Σ|ŵ − w|^p becomes small, without calibration data
 * (HQQ).
 *
 * <p>Splits the loss with an auxiliary error e and alternates, in code steps v = w / scale: codes q
 * = clamp(rint(v + zero)); e ← sign(r)·max(|r| − |r|^(p−1)/β, 0) with r = v − (q − zero); zero ←
 * mean(q − v + e); β ← κ·β. The scale stays that of {@link MinMax}. The best zero point of all
 * iterations is rounded to what the scheme stores (an integer code for an integer zero point) and
 * kept only if it then beats {@link MinMax} in the loss. Without zero point there is nothing to
 * move: the grid is that of {@link MinMax}. Cost O(out·in·iterations).
 *
 * <p>Differs: residuals are shrunk in code steps, the reference code shrinks them in units of the
 * weight, where β depends on the weight's magnitude; the reference stops at the first iteration
 * that does not lower the mean |ŵ − w|, here all run, unless the zero point stands still, and the
 * l_p loss itself decides; the range contains 0.
 *
 * @param lpNorm p, in (0, 1]; the reference uses 0.7
 * @param beta β, weight of the split at the start, positive; the reference uses 10
 * @param kappa κ, growth of β per iteration, at least 1; the reference uses 1.01
 * @param iterations largest number of iterations, at least 1; the reference uses 20
 * @see <a href="https://mobiusml.github.io/hqq_blog/">Badri and Shaji, Half-Quadratic Quantization
 *     of Large Machine Learning Models, 2023, the two sub-problems</a>
 */
public record HalfQuadratic(double lpNorm, double beta, double kappa, int iterations)
    implements GridFitter {
  /** Validates the ranges. */
  public HalfQuadratic {
    if (!(lpNorm > 0 && lpNorm <= 1)) {
      throw new IllegalArgumentException("lpNorm is " + lpNorm + ", must be in (0, 1]");
    }
    if (!(beta > 0
        && beta < Double.POSITIVE_INFINITY
        && kappa >= 1
        && kappa < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "beta is " + beta + ", must be positive; kappa is " + kappa + ", must be at least 1");
    }
    if (iterations < 1) {
      throw new IllegalArgumentException("iterations is " + iterations + ", must be at least 1");
    }
  }

  /** The published hyper-parameters. */
  public static HalfQuadratic reference() {
    return new HalfQuadratic(0.7, 10, 1.01, 20);
  }

  @Override
  public Grid fit(LinearTask task, Compute compute) {
    WeightCells cells = WeightCells.of(task, compute);
    WeightCells.Ranges ranges = cells.ranges();
    Grid grid = cells.grid(ranges);
    if (cells.rule().kind() == ZeroPoint.NONE) {
      return cells.stored(grid);
    }
    ResidualNorm norm = ResidualNorm.power(lpNorm, compute.kernels());
    Power slope = new Power(lpNorm - 1);
    cells.forEach(
        (cell, values) -> {
          CellLoss loss = new NormLoss(cells.rule().format(), values, ranges.magnitude(cell), norm);
          double start = loss.of(grid.scale()[cell], grid.zero()[cell], Double.POSITIVE_INFINITY);
          float zero =
              cells
                  .rule()
                  .storeZero(
                      optimize(grid, cell, values, loss, start, slope, cells.rule().format()));
          if (loss.of(grid.scale()[cell], zero, start) < start) {
            grid.zero()[cell] = zero;
          }
        });
    return cells.stored(grid);
  }

  private double optimize(
      Grid grid,
      int cell,
      CellValues values,
      CellLoss loss,
      double start,
      Power slope,
      NumberFormat format) {
    float scale = grid.scale()[cell];
    float zero = grid.zero()[cell];
    float best = zero;
    double smallest = start;
    double weight = beta;
    boolean moves = true;
    for (int i = 0; i < iterations && moves && smallest > 0; i++) {
      float next = (float) moved(values, scale, zero, weight, slope, format);
      moves = next != zero;
      zero = next;
      weight *= kappa;
      double candidate = loss.of(scale, zero, smallest);
      if (candidate < smallest) {
        best = zero;
        smallest = candidate;
      }
    }
    return best;
  }

  /**
   * The zero point that fits the codes and the shrunk errors of the present one best: mean(q − v +
   * e).
   */
  private static double moved(
      CellValues values, float scale, float zero, double weight, Power slope, NumberFormat format) {
    double sum = 0;
    for (int i = values.from(); i < values.from() + values.length(); i++) {
      float steps = values.data()[i] / scale;
      double code =
          Math.max(format.minCode(), Math.min(format.maxCode(), Math.rint(steps + (double) zero)));
      double residual = steps - (code - zero);
      double magnitude = Math.abs(residual);
      double shrunk = Math.max(0, magnitude - slope.of((float) magnitude) / weight);
      sum += code - steps + Math.copySign(shrunk, residual);
    }
    return sum / values.length();
  }
}
