package io.halftone.io.safetensors;

import io.halftone.core.model.LayerCodec;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.model.WeightSink;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.io.TensorSpool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Puts packed layers aside in a temporary file and writes them to one safetensors file. */
final class SafetensorsSink implements WeightSink {
  private final Path path;
  private final LayerCodec codec;
  private final TensorSpool spool;
  private boolean closed;

  SafetensorsSink(Path path, LayerCodec codec) throws IOException {
    this.path = path;
    this.codec = codec;
    this.spool = TensorSpool.beside(path);
  }

  @Override
  public void write(QuantizedLinear layer) throws IOException {
    for (StoredTensor tensor : codec.encode(layer)) {
      spool.add(tensor);
    }
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (TensorSpool tensors = spool) {
      SafetensorsWriter.stream(
          path, tensors.tensors(), new TreeMap<>(Map.of("quantization", codec.id())));
    }
  }
}
