package io.halftone.io.codec;

import io.halftone.core.format.IntFormat;
import io.halftone.core.model.LayerCodec;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.ZeroPoint;
import java.util.Optional;
import java.util.Set;

/** What codecs refuse, and how they say it. */
final class Refusals {
  private Refusals() {}

  /**
   * Checks that a codec can hold a layer.
   *
   * @throws IllegalArgumentException if it cannot
   */
  static void requireNone(LayerCodec codec, QuantizedLinear layer) {
    codec
        .obstacle(layer)
        .ifPresent(
            obstacle -> {
              throw new IllegalArgumentException(
                  "layer "
                      + layer.name()
                      + " cannot be written as "
                      + codec.id()
                      + ": it has "
                      + obstacle);
            });
  }

  /** The obstacle of formats that hold one grid of codes and read the input as it comes. */
  static Optional<String> notOnePlainGrid(QuantizedLinear layer) {
    return layer.online().isIdentity() ? notOneGrid(layer) : Optional.of("an online transform");
  }

  /** The obstacle of formats that hold one grid of codes. */
  static Optional<String> notOneGrid(QuantizedLinear layer) {
    return layer.branches().size() == 1 && layer.branches().get(0).weight() instanceof GridTensor
        ? Optional.empty()
        : Optional.of("more than one branch or codes that are not on a scalar grid");
  }

  /** The obstacle of formats for weights only. */
  static Optional<String> quantizedInput(QuantizedLinear layer) {
    return layer.input().isFull()
        ? Optional.empty()
        : Optional.of(
            "inputs of format " + layer.input().format().name() + ", which it cannot say");
  }

  /**
   * Checks that a layer read from a packed integer format was declared as one.
   *
   * @throws IllegalArgumentException if the scheme is of another kind
   */
  static void requireIntegers(String format, String layer, LayerScheme scheme, Set<Integer> bits) {
    boolean grouped =
        scheme.weight().granularity() instanceof Granularity.PerRow
            || scheme.weight().granularity() instanceof Granularity.PerGroup;
    boolean offset =
        scheme.weight().zeroPoint() == ZeroPoint.INTEGER
            || scheme.weight().zeroPoint() == ZeroPoint.NONE
                && scheme.weight().format().minCode() < 0;
    if (!(scheme.weight().format() instanceof IntFormat)
        || !bits.contains(scheme.weight().format().bits())
        || !grouped
        || !offset) {
      throw new IllegalArgumentException(
          "layer "
              + layer
              + ": "
              + format
              + " holds no weights of scheme "
              + scheme.weight()
              + "; expected integers of "
              + bits.stream().sorted().toList()
              + " bits in groups or whole rows, unsigned only with integer zero points");
    }
  }
}
