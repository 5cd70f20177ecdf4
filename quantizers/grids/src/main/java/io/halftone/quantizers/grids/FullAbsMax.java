package io.halftone.quantizers.grids;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearTask;

/**
 * A range symmetric about 0 that all 2^bits codes share: scale = 2·max|w| / (2^bits − 1).
 *
 * <p>Zero is the middle code firstCode + 2^(bits−1). +max|w| and −max|w| lie halfway between two
 * codes, and of those above +max|w| there is none, so it is clipped by half a step. The symmetric
 * grid of GPTQ's files and of compressed-tensors. Cost O(out·in).
 *
 * <p>Differs: GPTQ's reference code takes max|w| for 2·max|w| in a group without negative weights.
 *
 * @see <a href="https://arxiv.org/abs/2210.17323">Frantar et al., GPTQ, 2022 (reference code,
 *     symmetric grid)</a>
 */
public record FullAbsMax() implements GridFitter {
  @Override
  public Grid fit(LinearTask task, Compute compute) {
    WeightCells cells = WeightCells.ofIntegers(task, compute);
    NumberFormat format = cells.rule().format();
    int steps = format.maxCode() - format.minCode();
    int middle = format.minCode() + (steps + 1) / 2;
    WeightCells.Ranges ranges = cells.ranges();
    float[] scale = new float[cells.layout().count()];
    float[] zero = new float[scale.length];
    for (int cell = 0; cell < scale.length; cell++) {
      float magnitude = ranges.magnitude(cell);
      scale[cell] = cells.store(cell, 2.0 * magnitude / steps);
      boolean none = cells.rule().kind() == ZeroPoint.NONE;
      zero[cell] = none ? 0 : cells.rule().storeZero(magnitude == 0 ? 0 : middle);
    }
    return cells.stored(new Grid(cells.layout(), scale, zero));
  }
}
