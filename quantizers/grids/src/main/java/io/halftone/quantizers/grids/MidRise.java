package io.halftone.quantizers.grids;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearTask;
import java.util.Arrays;

/**
 * Values at odd multiples of half a step and none at 0: ±½, ±1½, … times scale = 2·max|w| / (2^bits
 * − 1), so that both ends of the range are values. The real zero point is the middle between the
 * first and the last code. Cost O(out·in).
 *
 * <p>Differs: the cited work takes the scale from the mean magnitude; here the range decides.
 *
 * @see <a href="https://arxiv.org/abs/2302.02210">Liu et al., Oscillation-free Quantization, 2023
 *     (StatsQ, levels at half steps)</a>
 */
public record MidRise() implements GridFitter {
  @Override
  public Grid fit(LinearTask task, Compute compute) {
    WeightCells cells = WeightCells.ofIntegers(task, compute);
    if (cells.rule().kind() != ZeroPoint.FLOAT) {
      throw new IllegalArgumentException(
          "values at half steps need real zero points, the scheme has " + cells.rule().kind());
    }
    NumberFormat format = cells.rule().format();
    WeightCells.Ranges ranges = cells.ranges();
    float[] scale = new float[cells.layout().count()];
    for (int cell = 0; cell < scale.length; cell++) {
      scale[cell] =
          cells.store(cell, 2.0 * ranges.magnitude(cell) / (format.maxCode() - format.minCode()));
    }
    float[] zero = new float[scale.length];
    Arrays.fill(zero, cells.rule().storeZero((format.minCode() + format.maxCode()) / 2.0));
    return new Grid(cells.layout(), scale, zero);
  }
}
