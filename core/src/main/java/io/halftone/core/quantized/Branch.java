package io.halftone.core.quantized;

import io.halftone.core.scheme.TensorScheme;

/**
 * One summand of a quantized layer.
 *
 * @param input how this branch quantizes the layer's input [tokens, in]
 * @param weight [out, in]
 */
public record Branch(TensorScheme input, QuantizedTensor weight) {}
