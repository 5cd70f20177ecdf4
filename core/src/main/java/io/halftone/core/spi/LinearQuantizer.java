package io.halftone.core.spi;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.QuantizedLinear;

/** Answers: which codes (and which branches)? */
public interface LinearQuantizer extends Part {
  /**
   * Quantizes a layer.
   *
   * @param task read
   * @return the layer with its outcome
   * @throws QuantizationException if the method cannot do it as stated; it never falls back to
   *     another
   */
  QuantizedLinear quantize(LinearTask task, Compute compute);

  /**
   * An upper bound of the heap that {@link #quantize} holds at its peak, in bytes, beside its task;
   * the result counts, the panels of matrix products do not. By default 28·out·in + 14·in², seven
   * float matrices of the weight's size and the Gram matrix again in double, half of it, and half
   * of it in float.
   *
   * @param layer that would be quantized
   */
  default long workingBytes(LayerSize layer) {
    return 28 * layer.weights() + 14 * layer.square() + 2 * layer.gridBytes();
  }
}
