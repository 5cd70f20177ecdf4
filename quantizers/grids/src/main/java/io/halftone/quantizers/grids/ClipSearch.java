package io.halftone.quantizers.grids;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LayerSize;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.GramMatrix;
import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.FloatMatrix;
import java.util.Set;

/**
 * Shrinks the range of each cell and keeps the one with the smallest error of the layer's output.
 *
 * <p>For a cell of row o and channels g the error is δ·G[g,g]·δᵀ with δ = ŵ[o,g] − w[o,g], what the
 * cell alone adds to the output error; cells of several rows add up their rows. Candidates are the
 * range of {@link MinMax} times 1 − maxShrink·i/steps for i = 0 … steps − 1, both ends alike, so
 * the result is never worse than {@link MinMax}. Cost O(out·in·channels of a cell·steps); for one
 * scale per row that is O(out·in²·steps).
 *
 * <p>Differs: the reference evaluates the error on a sample of tokens and limits |w| to ±m before
 * an asymmetric grid is fitted.
 *
 * @param steps number of candidates, at least 1; the reference uses 10
 * @param maxShrink largest share of the range given up, in (0, 1); the reference uses 0.5
 * @see <a href="https://arxiv.org/abs/2306.00978">Lin et al., AWQ, 2023 (reference code, automatic
 *     clipping)</a>
 */
public record ClipSearch(int steps, float maxShrink) implements GridFitter {
  /** Rows searched at a time. */
  private static final int TILE_ROWS = 112;

  /** Validates the ranges. */
  public ClipSearch {
    if (steps < 1) {
      throw new IllegalArgumentException("steps is " + steps + ", must be at least 1");
    }
    if (!(maxShrink > 0 && maxShrink < 1)) {
      throw new IllegalArgumentException("maxShrink is " + maxShrink + ", must be in (0, 1)");
    }
  }

  /** 10 candidates down to about half the range, as AWQ's reference code. */
  public static ClipSearch reference() {
    return new ClipSearch(10, 0.5f);
  }

  @Override
  public Set<Statistic<?>> requires() {
    return Set.of(Statistics.GRAM);
  }

  @Override
  public Grid fit(LinearTask task, Compute compute) {
    WeightCells cells = WeightCells.of(task, compute);
    WeightCells.Ranges ranges = cells.ranges();
    Grid best = cells.grid(ranges);
    RangeSearch candidates = new RangeSearch(cells.rule(), steps, maxShrink);
    FloatMatrix[] grams = bandGrams(task);
    CellLayout layout = cells.layout();
    int column = (layout.rows() + layout.cellRows() - 1) / layout.cellRows();
    int height = Math.max(1, TILE_ROWS / layout.cellRows());
    int tiles = (column + height - 1) / height;
    compute.parallel(
        grams.length * tiles,
        index -> {
          int band = index / tiles;
          int first = index % tiles * height;
          int count = Math.min(column - first, height);
          new ClipTile(task, ranges, grams[band], band, first, count, compute)
              .search(candidates, best);
        });
    return cells.stored(best);
  }

  /**
   * Ranges, grids, and the blocks of the Gram matrix on its diagonal: in float all, in double one.
   */
  @Override
  public long workingBytes(LayerSize layer) {
    long width = Math.min(layer.in(), (layer.weights() + layer.cells() - 1) / layer.cells());
    return 2 * layer.gridBytes()
        + Float.BYTES * width * layer.in()
        + (Float.BYTES + Double.BYTES) * width * width;
  }

  /** The blocks of the Gram matrix that the cells of each band of channels see. */
  private static FloatMatrix[] bandGrams(LinearTask task) {
    CellLayout layout = task.layout();
    GramMatrix all = task.stats().get(Statistics.GRAM);
    FloatMatrix[] grams = new FloatMatrix[layout.cellsPerRow()];
    for (int band = 0; band < grams.length; band++) {
      int from = band * layout.cellCols();
      int to = Math.min(layout.cols(), from + layout.cellCols());
      grams[band] = Statistics.GRAM.channels(all, from, to).sum().toFloat();
    }
    return grams;
  }
}
