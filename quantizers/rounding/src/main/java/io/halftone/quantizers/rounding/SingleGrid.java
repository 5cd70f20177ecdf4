package io.halftone.quantizers.rounding;

import io.halftone.core.quantized.Branch;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.spi.QuantizationException;
import java.util.List;

/**
 * A layer that is one branch of codes on a grid, as solvers that improve another's result need it.
 */
final class SingleGrid {
  private SingleGrid() {}

  /**
   * The layer's only tensor.
   *
   * @throws QuantizationException if it has several branches or another kind of tensor
   */
  static GridTensor of(QuantizedLinear layer) {
    if (layer.branches().size() != 1
        || !(layer.branches().get(0).weight() instanceof GridTensor tensor)) {
      throw new QuantizationException(
          layer.name(),
          "the start must be one branch of codes on a grid, has "
              + layer.branches().size()
              + " branches, the first a "
              + layer.branches().get(0).weight().getClass().getSimpleName());
    }
    return tensor;
  }

  /** The same layer with other codes and grid, improved with calibration statistics. */
  static QuantizedLinear with(QuantizedLinear layer, GridTensor improved) {
    Branch branch = new Branch(layer.branches().get(0).input(), improved);
    Outcome outcome =
        layer.outcome() instanceof Outcome.DataFree ? new Outcome.Calibrated() : layer.outcome();
    return new QuantizedLinear(
        layer.name(), layer.online(), List.of(branch), layer.bias(), outcome);
  }
}
