package io.halftone.quantizers.scaling;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridRounding;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.LinearTask;

/** A rounding quantizer for tests: the smallest grid that contains 0 and every weight of a cell. */
record MinMaxRounding() implements LinearQuantizer {
  @Override
  public QuantizedLinear quantize(LinearTask task, Compute compute) {
    task.requireFiniteWeight();
    TensorScheme scheme = task.scheme().weight();
    CellLayout layout = task.layout();
    float[] low = new float[layout.count()];
    float[] high = new float[layout.count()];
    for (int r = 0; r < task.out(); r++) {
      for (int c = 0; c < task.in(); c++) {
        int cell = layout.cell(r, c);
        low[cell] = Math.min(low[cell], task.weight().get(r, c));
        high[cell] = Math.max(high[cell], task.weight().get(r, c));
      }
    }
    float[] scale = new float[low.length];
    float[] zero = new float[low.length];
    int steps = scheme.format().maxCode() - scheme.format().minCode();
    for (int i = 0; i < scale.length; i++) {
      boolean symmetric = scheme.zeroPoint() == ZeroPoint.NONE;
      float range = symmetric ? 2 * Math.max(high[i], -low[i]) : high[i] - low[i];
      scale[i] = scheme.scale().store(range / steps);
      zero[i] = symmetric ? 0 : (float) Math.rint(-low[i] / scale[i]);
    }
    Grid grid = new Grid(layout, scale, zero);
    return task.single(
        grid, GridRounding.codes(scheme, grid, task.weight(), compute), new Outcome.DataFree());
  }
}
