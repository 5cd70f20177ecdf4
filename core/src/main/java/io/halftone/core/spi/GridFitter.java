package io.halftone.core.spi;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;

/** Answers: which scales and zero points? */
public interface GridFitter extends Part {
  /**
   * Fits the grid of the task's weight scheme to the task's weight.
   *
   * @param task its weight is read; its statistics are of the weight's input channels
   * @return a grid whose scales are as stored ({@link io.halftone.core.scheme.ScaleSpec#store}) and
   *     whose integer zero points are codes of the format
   */
  Grid fit(LinearTask task, Compute compute);

  /**
   * An upper bound of the heap that {@link #fit} holds at its peak, in bytes, beside its task; the
   * grid counts. By default twice the grid.
   *
   * @param layer whose grid would be fitted
   */
  default long workingBytes(LayerSize layer) {
    return 2 * layer.gridBytes();
  }
}
