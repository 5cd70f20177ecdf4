package io.halftone.io.safetensors;

import io.halftone.core.model.LayerCodec;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.model.WeightSink;
import io.halftone.core.quantized.QuantizedLinear;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Collects packed layers and writes them to one safetensors file. */
final class SafetensorsSink implements WeightSink {
  private final Path path;
  private final LayerCodec codec;
  private final List<StoredTensor> tensors = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private boolean closed;

  SafetensorsSink(Path path, LayerCodec codec) throws IOException {
    Path directory = path.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new NoSuchFileException(path.toString(), null, "its directory does not exist");
    }
    this.path = path;
    this.codec = codec;
  }

  @Override
  public void write(QuantizedLinear layer) {
    for (StoredTensor tensor : codec.encode(layer)) {
      if (!names.add(tensor.name())) {
        throw new IllegalArgumentException("tensor " + tensor.name() + " was already written");
      }
      tensors.add(tensor);
    }
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    SafetensorsWriter.write(path, tensors, new TreeMap<>(Map.of("quantization", codec.id())));
  }
}
