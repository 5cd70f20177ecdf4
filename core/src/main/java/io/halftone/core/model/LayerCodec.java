package io.halftone.core.model;

import io.halftone.core.quantized.QuantizedLinear;
import java.util.List;

/** Packs a quantized layer into the tensors of one file format. */
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
}
