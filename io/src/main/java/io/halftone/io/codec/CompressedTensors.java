package io.halftone.io.codec;

import io.halftone.core.format.Formats;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.scheme.ZeroPoint;
import java.util.List;
import java.util.Optional;

/** What the formats of compressed-tensors have in common. */
final class CompressedTensors {
  static final String SCALE = "weight_scale";
  static final String ZERO = "weight_zero_point";
  static final String GROUPS = "weight_g_idx";

  private static final String INPUT_SCALE = "input_scale";
  private static final List<String> OTHER_STATIC_INPUT =
      List.of("input_zero_point", "input_global_scale");
  private static final List<Long> ONE = List.of(1L);

  private CompressedTensors() {}

  /** Why the configuration cannot describe a layer's input, or empty. */
  static Optional<String> inputObstacle(TensorScheme input) {
    if (input.isFull()) {
      return Optional.empty();
    }
    boolean dynamic =
        input.timing() == Timing.DYNAMIC
            && (input.granularity() instanceof Granularity.PerRow
                || input.granularity() instanceof Granularity.PerGroup);
    boolean known =
        (dynamic || isStatic(input))
            && input.zeroPoint() == ZeroPoint.NONE
            && (input.format().equals(Formats.INT8)
                || input.format().equals(Formats.INT4)
                || input.format().equals(Formats.E4M3FN));
    return known
        ? Optional.empty()
        : Optional.of(
            "inputs "
                + input
                + ", not INT4, INT8 or E4M3FN, symmetric, dynamic or of one static step");
  }

  private static boolean isStatic(TensorScheme input) {
    return !input.isFull()
        && input.timing() == Timing.STATIC
        && input.granularity() instanceof Granularity.PerTensor;
  }

  /** Adds the scale of a static input: 1, since whatever writes it writes steps. */
  static void addInput(List<StoredTensor> stored, QuantizedLinear layer) {
    if (isStatic(layer.input())) {
      stored.add(
          StoredFloats.tensor(
              LayerTensors.name(layer.name(), INPUT_SCALE), Formats.F32, ONE, new float[] {1}));
    }
  }

  /**
   * Takes the scale of a static input.
   *
   * @throws IllegalArgumentException if it is another than 1, or the input is not static and has
   *     one
   */
  static void takeInput(LayerTensors tensors, TensorScheme input) {
    if (!isStatic(input)) {
      refuseStaticInput(tensors);
      return;
    }
    StoredTensor scale = tensors.take(INPUT_SCALE, StoredFloats.TYPES, ONE);
    float value = StoredFloats.values(scale)[0];
    if (value != 1) {
      throw LayerTensors.wrong(
          scale, "value " + value, "1: the steps of a static input stand in what writes it");
    }
    OTHER_STATIC_INPUT.forEach(part -> tensors.refuse(part, "an offset of a static input"));
  }

  /**
   * Refuses what the layer's tensors say of static inputs.
   *
   * @throws IllegalArgumentException if there is such a tensor
   */
  static void refuseStaticInput(LayerTensors tensors) {
    tensors.refuse(INPUT_SCALE, "a static scale of an input that is not static");
    OTHER_STATIC_INPUT.forEach(
        part -> tensors.refuse(part, "a static scale of an input that is not static"));
  }
}
