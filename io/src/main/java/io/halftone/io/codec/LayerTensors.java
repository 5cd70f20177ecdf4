package io.halftone.io.codec;

import io.halftone.core.model.StoredTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tensors of one layer while they are read: each part is taken once, with the type and shape it
 * must have, and none may be left over.
 */
final class LayerTensors {
  private final String layer;
  private final String format;
  private final Map<String, StoredTensor> parts = new LinkedHashMap<>();

  /**
   * @param format id of the codec, for messages
   * @throws IllegalArgumentException if a tensor belongs to another layer or occurs twice
   */
  LayerTensors(String format, String layer, List<StoredTensor> stored) {
    this.layer = layer;
    this.format = format;
    for (StoredTensor tensor : stored) {
      if (!tensor.name().startsWith(layer + ".")) {
        throw new IllegalArgumentException(
            "tensor " + tensor.name() + " does not belong to layer " + layer);
      }
      if (parts.put(tensor.name().substring(layer.length() + 1), tensor) != null) {
        throw new IllegalArgumentException("tensor " + tensor.name() + " occurs twice");
      }
    }
  }

  /** Name of a part's tensor. */
  static String name(String layer, String part) {
    return layer + "." + part;
  }

  boolean has(String part) {
    return parts.containsKey(part);
  }

  /**
   * A part of whatever shape, not taken yet.
   *
   * @param types it may have
   * @param rank number of dimensions it must have
   */
  StoredTensor look(String part, List<String> types, int rank) {
    StoredTensor tensor = parts.get(part);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "layer "
              + layer
              + " has no tensor "
              + name(layer, part)
              + ", which "
              + format
              + " needs");
    }
    if (!types.contains(tensor.type())) {
      throw wrong(tensor, "type " + tensor.type(), "one of " + String.join(", ", types));
    }
    if (tensor.shape().size() != rank) {
      throw wrong(tensor, "shape " + tensor.shape(), rank + " dimensions");
    }
    return tensor;
  }

  /** Takes a part that must be there. */
  StoredTensor take(String part, List<String> types, List<Long> shape) {
    StoredTensor tensor = look(part, types, shape.size());
    if (!tensor.shape().equals(shape)) {
      throw wrong(tensor, "shape " + tensor.shape(), shape.toString());
    }
    long bytes = shape.stream().reduce(bits(tensor.type()), Math::multiplyExact) / Byte.SIZE;
    if (tensor.data().limit() != bytes) {
      throw wrong(tensor, tensor.data().limit() + " bytes", Long.toString(bytes));
    }
    parts.remove(part);
    return tensor;
  }

  /** Takes a part if it is there. */
  Optional<StoredTensor> takeIfPresent(String part, List<String> types, List<Long> shape) {
    return has(part) ? Optional.of(take(part, types, shape)) : Optional.empty();
  }

  /** Refuses a part for a reason of its own. */
  void refuse(String part, String reason) {
    if (has(part)) {
      throw new IllegalArgumentException("tensor " + name(layer, part) + " is " + reason);
    }
  }

  /**
   * Ends reading.
   *
   * @throws IllegalArgumentException if a tensor was not taken
   */
  void finish() {
    if (!parts.isEmpty()) {
      throw new IllegalArgumentException(
          "tensor "
              + parts.values().iterator().next().name()
              + " is no part of a "
              + format
              + " layer of this scheme");
    }
  }

  /** Says that a tensor is not what the format demands. */
  static IllegalArgumentException wrong(StoredTensor tensor, String actual, String expected) {
    return new IllegalArgumentException(
        "tensor " + tensor.name() + " has " + actual + ", expected " + expected);
  }

  private static long bits(String type) {
    return switch (type) {
      case "Q4" -> 4;
      case "I8", "U8", "F8_E4M3", "F8_E8M0" -> 8;
      case "F16", "BF16" -> 16;
      case "I32", "F32" -> 32;
      case "I64" -> 64;
      default -> throw new IllegalArgumentException("no codec reads tensors of type " + type);
    };
  }
}
