package io.halftone.testkit;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearTask;

/**
 * The plainest grid: from the smallest to the largest weight of a cell, zero included. For tests of
 * what needs some grid.
 */
public record MinMaxGrid() implements GridFitter {
  @Override
  public Grid fit(LinearTask task, Compute compute) {
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
    float steps = scheme.format().maxValue() - scheme.format().minValue();
    for (int i = 0; i < scale.length; i++) {
      if (scheme.zeroPoint() == ZeroPoint.NONE) {
        scale[i] = scheme.scale().store(Math.max(-low[i], high[i]) / scheme.format().maxValue());
      } else {
        scale[i] = scheme.scale().store((high[i] - low[i]) / steps);
        float offset = scheme.format().minValue() - low[i] / scale[i];
        zero[i] = scheme.zeroPoint() == ZeroPoint.INTEGER ? (float) Math.rint(offset) : offset;
        zero[i] =
            Math.max(scheme.format().minValue(), Math.min(scheme.format().maxValue(), zero[i]));
      }
    }
    return new Grid(layout, scale, zero);
  }
}
