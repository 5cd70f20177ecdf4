package io.halftone.quantizers.grids;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearTask;

/**
 * A range symmetric about 0 whose end is the largest magnitude of the cell.
 *
 * <p>scale = max|w| / maxValue of the format; with a zero point, zero is the middle code firstCode
 * + 2^(bits−1) and the largest magnitude gets a distance of 2^(bits−1) − 1 codes from it, so
 * +max|w| and −max|w| are both on the grid and the first code stays unused. Cost O(out·in).
 *
 * @see <a href="https://arxiv.org/abs/2206.01861">Yao et al., ZeroQuant, 2022, section 3</a>
 */
public record AbsMax() implements GridFitter {
  @Override
  public Grid fit(LinearTask task, Compute compute) {
    WeightCells cells = WeightCells.of(task, compute);
    WeightCells.Ranges ranges = cells.ranges();
    RangeRule rule = cells.rule();
    return cells.stored(
        rule.kind() == ZeroPoint.NONE ? cells.grid(ranges) : centred(cells, ranges));
  }

  private static Grid centred(WeightCells cells, WeightCells.Ranges ranges) {
    RangeRule rule = cells.rule();
    int codesPerSide = (rule.format().maxCode() - rule.format().minCode()) / 2;
    float[] scale = new float[cells.layout().count()];
    float[] zero = new float[scale.length];
    for (int cell = 0; cell < scale.length; cell++) {
      float magnitude = ranges.magnitude(cell);
      scale[cell] = cells.store(cell, magnitude / (double) codesPerSide);
      zero[cell] = rule.storeZero(magnitude == 0 ? 0 : rule.format().maxCode() - codesPerSide);
    }
    return new Grid(cells.layout(), scale, zero);
  }
}
