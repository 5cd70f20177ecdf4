package io.halftone.quantizers.grids;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridRounding;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.SquareMatrix;
import java.util.Set;

/**
 * Shrinks the range of each cell and refits its scale, weighting every input channel by the energy
 * of its activations.
 *
 * <p>Minimises Σ G[j,j]·(ŵ[j] − w[j])², the output error for uncorrelated channels. First the
 * candidates of {@link MseSearch}; then, for the codes k = code − zero of the best, the
 * least-squares scale Σ G[j,j]·k·w / Σ G[j,j]·k², rounded to storage, and the nearest codes on it,
 * as long as the error falls. Never worse than {@link MinMax} in this error. Cost O(out·in·(steps +
 * refits)).
 *
 * @param steps number of candidate ranges, at least 1
 * @param refits largest number of scale refits per cell, not negative
 * @see <a href="https://arxiv.org/abs/2306.00978">Lin et al., AWQ, 2023, section 3.2 (importance of
 *     channels)</a>
 * @see <a href="https://arxiv.org/abs/2403.02775">Tang et al., EasyQuant, 2024 (optimised
 *     scales)</a>
 */
public record WeightedMseSearch(int steps, int refits) implements GridFitter {
  private static final double REACH = 0.8;

  /** Validates the counts. */
  public WeightedMseSearch {
    if (steps < 1 || refits < 0) {
      throw new IllegalArgumentException(
          "steps is "
              + steps
              + ", must be at least 1; refits is "
              + refits
              + ", must not be negative");
    }
  }

  @Override
  public Set<Statistic<?>> requires() {
    return Set.of(Statistics.GRAM);
  }

  @Override
  public Grid fit(LinearTask task, Compute compute) {
    WeightCells cells = WeightCells.of(task, compute);
    NumberFormat format = cells.rule().format();
    WeightCells.Ranges ranges = cells.ranges();
    Grid grid = cells.grid(ranges);
    RangeSearch search = new RangeSearch(cells.rule(), steps, REACH);
    float[] channels = channelImportance(task);
    cells.forEach(
        (cell, values) -> {
          CellValues importance = cells.perElement(channels, cell);
          ResidualNorm norm = ResidualNorm.weighted(importance, compute.kernels());
          CellLoss loss = new NormLoss(format, values, ranges.magnitude(cell), norm);
          double error = search.improve(cell, ranges.min()[cell], ranges.max()[cell], loss, grid);
          refit(cells, cell, values, importance, loss, error, grid);
        });
    return cells.stored(grid);
  }

  private void refit(
      WeightCells cells,
      int cell,
      CellValues values,
      CellValues importance,
      CellLoss loss,
      double error,
      Grid grid) {
    double best = error;
    boolean falls = best > 0;
    for (int i = 0; i < refits && falls; i++) {
      float zero = grid.zero()[cell];
      double step =
          leastSquaresStep(cells.rule().format(), grid.scale()[cell], zero, values, importance);
      falls = false;
      if (step > 0) {
        float scale = cells.store(cell, step);
        double refitted = loss.of(scale, zero, best);
        falls = refitted < best;
        if (falls) {
          best = refitted;
          grid.scale()[cell] = scale;
        }
      }
    }
  }

  /** Σ h·k·w / Σ h·k² over the nearest codes; NaN if every code that counts stands for 0. */
  private static double leastSquaresStep(
      NumberFormat format, float scale, float zero, CellValues values, CellValues importance) {
    double codesByWeights = 0;
    double codesByCodes = 0;
    for (int i = 0; i < values.length(); i++) {
      float w = values.data()[values.from() + i];
      double k = format.decode(GridRounding.code(format, w, scale, zero)) - (double) zero;
      double weighted = importance.data()[importance.from() + i] * k;
      codesByWeights = Math.fma(weighted, w, codesByWeights);
      codesByCodes = Math.fma(weighted, k, codesByCodes);
    }
    return codesByWeights / codesByCodes;
  }

  /** diag(G) divided by its largest element. */
  private static float[] channelImportance(LinearTask task) {
    SquareMatrix gram = task.stats().get(Statistics.GRAM).sum();
    double largest = 0;
    for (int j = 0; j < task.in(); j++) {
      double energy = gram.get(j, j);
      if (!(energy >= 0) || Double.isInfinite(energy)) {
        throw new QuantizationException(
            task.name(),
            "Gram matrix has " + energy + " at channel " + j + ", must be finite and not negative");
      }
      largest = Math.max(largest, energy);
    }
    float[] importance = new float[task.in()];
    for (int j = 0; j < importance.length && largest > 0; j++) {
      importance[j] = (float) (gram.get(j, j) / largest);
    }
    return importance;
  }
}
