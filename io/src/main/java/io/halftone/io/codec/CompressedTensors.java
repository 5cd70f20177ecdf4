package io.halftone.io.codec;

import io.halftone.core.format.Formats;
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

  private static final List<String> STATIC_INPUT =
      List.of("input_scale", "input_zero_point", "input_global_scale");

  private CompressedTensors() {}

  /** Why the configuration cannot describe a layer's input, or empty. */
  static Optional<String> inputObstacle(TensorScheme input) {
    if (input.isFull()) {
      return Optional.empty();
    }
    boolean known =
        input.timing() == Timing.DYNAMIC
            && input.zeroPoint() == ZeroPoint.NONE
            && (input.format().equals(Formats.INT8)
                || input.format().equals(Formats.INT4)
                || input.format().equals(Formats.E4M3FN))
            && (input.granularity() instanceof Granularity.PerRow
                || input.granularity() instanceof Granularity.PerGroup);
    return known
        ? Optional.empty()
        : Optional.of("inputs " + input + ", not INT4, INT8 or E4M3FN, dynamic and symmetric");
  }

  /**
   * Refuses what the layer's tensors say of static inputs.
   *
   * @throws IllegalArgumentException if there is such a tensor
   */
  static void refuseStaticInput(LayerTensors tensors) {
    for (String part : STATIC_INPUT) {
      tensors.refuse(part, "a static scale of the input; only dynamic inputs are read");
    }
  }
}
