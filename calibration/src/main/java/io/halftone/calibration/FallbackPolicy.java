package io.halftone.calibration;

import io.halftone.core.spi.LinearQuantizer;
import java.util.Optional;

/**
 * What happens when a layer cannot be quantized as the recipe says.
 *
 * @param quantizer used instead, or empty: the run fails
 * @param name of that quantizer, for the outcome
 */
public record FallbackPolicy(Optional<LinearQuantizer> quantizer, String name) {
  /** The run fails, naming the layer. */
  public static final FallbackPolicy STRICT = new FallbackPolicy(Optional.empty(), "none");

  /**
   * The user allowed another method; every use is a {@link
   * io.halftone.core.quantized.Outcome.Fallback}.
   */
  public static FallbackPolicy allow(String name, LinearQuantizer quantizer) {
    return new FallbackPolicy(Optional.of(quantizer), name);
  }
}
