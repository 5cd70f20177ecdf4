package io.halftone.core.model;

import io.halftone.core.quantized.QuantizedLinear;
import java.io.Closeable;
import java.io.IOException;

/** A file of quantized layers being written; {@link #close()} moves it into place. */
public interface WeightSink extends Closeable {
  /**
   * Adds a layer.
   *
   * @throws IOException if the file cannot be written
   * @throws IllegalArgumentException if the file's format cannot hold the layer
   */
  void write(QuantizedLinear layer) throws IOException;
}
