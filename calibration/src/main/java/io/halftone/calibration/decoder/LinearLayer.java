package io.halftone.calibration.decoder;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;

/** A linear layer that can be run: float or quantized. */
public interface LinearLayer {
  /** Name of the layer. */
  String name();

  /** Number of outputs. */
  int out();

  /** Number of input channels. */
  int in();

  /**
   * Its output.
   *
   * @param x [tokens, in], read
   * @return [tokens, out], a new matrix
   */
  FloatMatrix apply(FloatMatrix x, Compute compute);
}
