package io.halftone.core.model;

import io.halftone.core.quantized.QuantizedLinear;
import java.util.List;

/** Packs a quantized layer into the tensors of one file format, and back. */
public interface LayerCodec {
  /** The format's name. */
  String id();

  /** Whether every part of the layer can be written without loss. */
  boolean canEncode(QuantizedLinear layer);

  /**
   * The tensors of a layer.
   *
   * @throws IllegalArgumentException if {@link #canEncode} is false; names what does not fit
   */
  List<StoredTensor> encode(QuantizedLinear layer);

  /**
   * The layer of its tensors.
   *
   * @throws IllegalArgumentException if a tensor is missing or of another shape
   */
  QuantizedLinear decode(String name, List<StoredTensor> stored);
}
