package io.halftone.bridges.onnxruntime;

import io.halftone.core.quantized.QuantizedLinear;

/**
 * A quantized layer and where it stands in an exported graph.
 *
 * @param layer what the exporter was given
 * @param input tensor the layer reads, before its online transform, if it has one
 * @param output tensor the layer writes
 * @param outputHasBias whether the output includes the layer's bias, as a Gemm's does; a MatMul's
 *     does not, its bias is added by a node behind it
 */
public record CheckedLayer(
    QuantizedLinear layer, String input, String output, boolean outputHasBias) {
  /** The layer as its output tensor shows it. */
  QuantizedLinear comparable() {
    return outputHasBias || layer.bias().length == 0
        ? layer
        : new QuantizedLinear(
            layer.name(), layer.online(), layer.branches(), new float[0], layer.outcome());
  }
}
