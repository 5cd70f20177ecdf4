package io.halftone.core.scheme;

import java.util.Objects;

/**
 * What a quantized linear layer shall look like.
 *
 * @param weight scheme of the weight [out, in]
 * @param input scheme of the input [tokens, in]; {@link Schemes#FULL} keeps it float
 */
public record LayerScheme(TensorScheme weight, TensorScheme input) {
  /** Validates that no part is missing. */
  public LayerScheme {
    Objects.requireNonNull(weight, "weight");
    Objects.requireNonNull(input, "input");
  }

  /** Whether only the weight is quantized. */
  public boolean isWeightOnly() {
    return input.isFull();
  }
}
