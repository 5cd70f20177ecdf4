package io.halftone.io.codec;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.quantized.QuantizedLinear;
import java.util.List;

/**
 * The bias beside a quantized weight: {@code bias} [out], in the scales' type where it is exact.
 */
final class Biases {
  private static final String BIAS = "bias";

  private Biases() {}

  static void add(List<StoredTensor> stored, QuantizedLinear layer, NumberFormat scales) {
    if (layer.bias().length > 0) {
      stored.add(
          StoredFloats.tensor(
              LayerTensors.name(layer.name(), BIAS),
              StoredFloats.narrowest(layer.bias(), scales),
              List.of((long) layer.out()),
              layer.bias()));
    }
  }

  static float[] take(LayerTensors tensors, int out) {
    return tensors
        .takeIfPresent(BIAS, StoredFloats.TYPES, List.of((long) out))
        .map(StoredFloats::values)
        .orElseGet(() -> new float[0]);
  }
}
