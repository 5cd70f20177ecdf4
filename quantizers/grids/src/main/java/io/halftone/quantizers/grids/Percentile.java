package io.halftone.quantizers.grids;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearTask;
import java.util.Arrays;

/**
 * The range of each cell from a percentile of its weights, extended to contain 0; weights beyond it
 * are clipped.
 *
 * <p>With n weights in ascending order and k = ⌈percentile/100·n⌉ (nearest rank) the range is
 * [w(n+1−k), w(k)], counted from 1; without zero point its end is the same rank of |w|. A cell
 * whose range would be empty although a weight is not 0 keeps the range of {@link MinMax}. Cost
 * O(out·in·log(cell)).
 *
 * @param percentile in (50, 100]; 100 is {@link MinMax}
 * @see <a href="https://arxiv.org/abs/2004.09602">Wu et al., Integer Quantization for Deep Learning
 *     Inference, 2020, section 4.2</a>
 */
public record Percentile(double percentile) implements GridFitter {
  /** Validates the range. */
  public Percentile {
    if (!(percentile > 50 && percentile <= 100)) {
      throw new IllegalArgumentException("percentile is " + percentile + ", must be in (50, 100]");
    }
  }

  @Override
  public Grid fit(LinearTask task, Compute compute) {
    WeightCells cells = WeightCells.of(task, compute);
    boolean symmetric = cells.rule().kind() == ZeroPoint.NONE;
    WeightCells.Ranges ranges = cells.ranges();
    cells.forEach(
        (cell, values) -> narrow(ranges, cell, symmetric ? values.magnitudes() : values.toArray()));
    return cells.stored(cells.grid(ranges));
  }

  private void narrow(WeightCells.Ranges ranges, int cell, float[] values) {
    Arrays.sort(values);
    int rank = Math.max(1, (int) Math.ceil(percentile / 100 * values.length));
    float low = Math.min(0, values[values.length - rank]);
    float high = Math.max(0, values[rank - 1]);
    if (low < high) {
      ranges.min()[cell] = low;
      ranges.max()[cell] = high;
    }
  }
}
