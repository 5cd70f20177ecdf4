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
}
