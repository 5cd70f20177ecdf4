package io.halftone.quantizers.grids;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearTask;

/**
 * The range of each cell from its smallest to its largest weight, extended to contain 0.
 *
 * <p>scale = (max(w, 0) − min(w, 0)) / (lastCode − firstCode), zero = firstCode − min(w, 0) /
 * scale, rounded for an integer zero point. Without zero point the range is symmetric by
 * definition: scale = max|w| / maxValue, as {@link AbsMax}. Cost O(out·in).
 *
 * @see <a href="https://arxiv.org/abs/2210.17323">Frantar et al., GPTQ, 2022 (reference code,
 *     asymmetric grid)</a>
 */
public record MinMax() implements GridFitter {
  @Override
  public Grid fit(LinearTask task, Compute compute) {
    WeightCells cells = WeightCells.of(task, compute);
    return cells.stored(cells.grid(cells.ranges()));
  }
}
