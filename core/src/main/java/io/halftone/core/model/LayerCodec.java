package io.halftone.core.model;

import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.LayerScheme;
import java.util.List;
import java.util.Optional;

/**
 * Packs a quantized layer into the tensors of one file format, and reads them back.
 *
 * <p>A codec never rounds: what it cannot hold exactly it refuses. Equal layers give equal bytes.
 */
public interface LayerCodec {
  /** The format's name, as configuration files spell it where they name it. */
  String id();

  /**
   * Why the format cannot hold the layer without loss, as a phrase that completes "it has ...";
   * empty if it can.
   */
  Optional<String> obstacle(QuantizedLinear layer);

  /** Whether every part of the layer can be written without loss. */
  default boolean canEncode(QuantizedLinear layer) {
    return obstacle(layer).isEmpty();
  }

  /**
   * The tensors of a layer, named {@code <layer>.<part>}.
   *
   * @throws IllegalArgumentException if there is an {@link #obstacle}; names layer and obstacle
   */
  List<StoredTensor> encode(QuantizedLinear layer);

  /**
   * The layer that tensors hold. Decoding what {@link #encode} wrote gives the same layer; channels
   * of a permuted input may come in another order inside their group.
   *
   * @param layer name in front of the tensors' parts
   * @param scheme what the file's configuration says of the layer: width, granularity and offset of
   *     the weight, and how the input is quantized. How scales are stored is taken from the tensors
   * @param stored every tensor of the layer and no other
   * @throws IllegalArgumentException if a tensor is missing, unknown, of another type or shape than
   *     the format and the scheme demand, or holds a value that they forbid; names the tensor, what
   *     it has and what was expected
   */
  QuantizedLinear decode(String layer, LayerScheme scheme, List<StoredTensor> stored);
}
