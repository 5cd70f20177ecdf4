package io.halftone.io.codec;

import io.halftone.core.model.LayerCodec;

/** The layer codecs of the library. */
public final class Codecs {
  private Codecs() {}

  /** compressed-tensors, format pack-quantized: integer weights of 2 to 8 bits, float inputs. */
  public static LayerCodec compressedTensors() {
    return new PackQuantized();
  }
}
