package io.halftone.io.safetensors;

import io.halftone.core.model.LayerCodec;
import io.halftone.core.model.WeightSink;
import java.io.IOException;
import java.nio.file.Path;

/** The safetensors container. */
public final class Safetensors {
  private Safetensors() {}

  /**
   * Starts a file of quantized layers. Nothing appears under the path before {@link
   * WeightSink#close()} has written everything; until then the packed layers lie in a temporary
   * file beside it, so that memory holds one layer at a time.
   *
   * @param path of the file; an existing one is replaced
   * @param codec packs each layer
   * @throws IOException if the directory does not exist
   */
  public static WeightSink create(Path path, LayerCodec codec) throws IOException {
    return new SafetensorsSink(path, codec);
  }
}
