package io.halftone.quantizers.grids;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearTask;

/**
 * The range from the smallest to the largest weight, whether 0 is in it or not: scale = (max(w) −
 * min(w)) / (lastCode − firstCode), offset = min(w) − firstCode·scale with the scale as stored. A
 * cell of one value has scale 1 and that value as its offset. Cost O(out·in).
 *
 * @see <a href="https://arxiv.org/abs/2402.02750">Liu et al., KIVI, 2024, equation 1</a>
 */
public record MinMaxOffset() implements GridFitter {
  @Override
  public Grid fit(LinearTask task, Compute compute) {
    TensorScheme scheme = task.scheme().weight();
    if (scheme.zeroPoint() != ZeroPoint.OFFSET || scheme.scale() instanceof ScaleSpec.Nested) {
      throw new IllegalArgumentException(
          "the grid has one scale and one offset in value units per cell, the scheme asks for zero points "
              + scheme.zeroPoint()
              + " and scales "
              + scheme.scale());
    }
    LinearTask inCodes = task.withWeightScheme(scheme.withZeroPoint(ZeroPoint.FLOAT));
    WeightCells cells = WeightCells.ofIntegers(inCodes, compute);
    WeightCells.Ranges ranges = cells.ranges();
    int first = scheme.format().minCode();
    int steps = scheme.format().maxCode() - first;
    float[] scale = new float[cells.layout().count()];
    float[] offset = new float[scale.length];
    for (int cell = 0; cell < scale.length; cell++) {
      double low = ranges.min()[cell];
      scale[cell] = cells.store(cell, (ranges.max()[cell] - low) / steps);
      offset[cell] = scheme.scale().storeZero((float) (low - (double) first * scale[cell]));
    }
    return Grid.withOffset(cells.layout(), scale, offset);
  }
}
