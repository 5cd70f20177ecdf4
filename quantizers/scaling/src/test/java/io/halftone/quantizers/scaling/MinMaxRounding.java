package io.halftone.quantizers.scaling;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridRounding;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.LinearTask;
import io.halftone.testkit.MinMaxGrid;

/** A rounding quantizer for tests: the nearest codes on the plainest grid. */
record MinMaxRounding() implements LinearQuantizer {
  @Override
  public QuantizedLinear quantize(LinearTask task, Compute compute) {
    task.requireFiniteWeight(compute);
    Grid grid = new MinMaxGrid().fit(task, compute);
    return task.single(
        grid,
        GridRounding.codes(task.scheme().weight(), grid, task.weight(), compute),
        new Outcome.DataFree());
  }
}
