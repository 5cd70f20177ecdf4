package io.halftone.cli.language;

import io.halftone.core.model.StoredTensor;
import io.halftone.core.model.TensorSource;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.gguf.block.BlockType;
import io.halftone.io.gguf.block.BlocksCodec;
import io.halftone.io.gguf.model.ReadyBlocks;
import io.halftone.io.safetensors.SafetensorsFile;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tensors of a finished run as a GGUF file takes them: blocks, changed floats, and the rest.
 */
final class RunTensors implements TensorSource, ReadyBlocks {
  private static final String WEIGHT = ".weight";

  private final ModelTensors model;
  private final Map<String, SafetensorsFile> floats = new LinkedHashMap<>();
  private final Map<String, SafetensorsFile> blocks = new LinkedHashMap<>();
  private final Map<String, String> parts = new LinkedHashMap<>();

  RunTensors(ModelTensors model, StoredBlocks run) {
    this.model = model;
    for (SafetensorsFile file : run.files()) {
      for (String name : file.names()) {
        if (BlocksCodec.typeOf(name).isPresent()) {
          String weight = name.substring(0, name.lastIndexOf('.')) + WEIGHT;
          blocks.put(weight, file);
          parts.put(weight, name);
        } else {
          floats.put(name, file);
        }
      }
    }
  }

  @Override
  public Set<String> names() {
    Set<String> names = new LinkedHashSet<>(model.names());
    names.addAll(floats.keySet());
    return names;
  }

  @Override
  public List<Long> shape(String name) {
    return floats.containsKey(name) ? floats.get(name).shape(name) : model.shape(name);
  }

  @Override
  public FloatMatrix floats(String name, int fromRow, int toRow) throws IOException {
    SafetensorsFile file = floats.get(name);
    return file == null ? model.floats(name, fromRow, toRow) : file.floats(name, fromRow, toRow);
  }

  @Override
  public Optional<BlockType> type(String tensor) {
    return Optional.ofNullable(parts.get(tensor)).flatMap(BlocksCodec::typeOf);
  }

  @Override
  public byte[] read(String tensor) throws IOException {
    StoredTensor stored = blocks.get(tensor).read(parts.get(tensor));
    byte[] bytes = new byte[stored.data().limit()];
    stored.data().duplicate().rewind().get(bytes);
    return bytes;
  }

  /** Leaves the files to those who opened them. */
  @Override
  public void close() {}
}
