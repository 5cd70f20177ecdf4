package io.halftone.cli.language;

import io.halftone.io.TensorData;
import io.halftone.io.safetensors.SafetensorsFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All blocks of a finished run, and the tensors of the checkpoint they make with their model. */
final class StoredBlocks implements Closeable {
  private final List<StoredBlock> blocks = new ArrayList<>();
  private final Map<String, StoredBlock> changed = new LinkedHashMap<>();
  private final Map<String, List<String>> packed = new LinkedHashMap<>();

  private StoredBlocks() {}

  /** Opens the blocks of a store. */
  static StoredBlocks open(BlockStore store, int count) throws IOException {
    StoredBlocks opened = new StoredBlocks();
    try {
      for (int b = 0; b < count; b++) {
        opened.add(store.read(b));
      }
      return opened;
    } catch (IOException | RuntimeException failure) {
      opened.close();
      throw failure;
    }
  }

  private void add(StoredBlock block) throws IOException {
    blocks.add(block);
    for (String tensor : block.file().names()) {
      changed.put(tensor, block);
    }
    for (LayerFacts facts : block.facts()) {
      if (block.layer(facts.layer()).isPresent()) {
        packed.put(
            facts.layer(),
            block.file().names().stream()
                .filter(name -> owner(name).equals(facts.layer()))
                .toList());
      }
    }
  }

  /** The files of the blocks. */
  List<SafetensorsFile> files() {
    return blocks.stream().map(StoredBlock::file).toList();
  }

  private static String owner(String tensor) {
    return tensor.substring(0, Math.max(0, tensor.lastIndexOf('.')));
  }

  /** How every layer ended, in the order they run. */
  List<LayerFacts> facts() {
    return blocks.stream().flatMap(block -> block.facts().stream()).toList();
  }

  /** Whether groups of a layer are channels from anywhere. */
  boolean reordered() {
    return changed.keySet().stream().anyMatch(name -> name.endsWith("g_idx"));
  }

  /** Linears of blocks that stayed float. */
  List<String> floats() {
    return facts().stream()
        .map(LayerFacts::layer)
        .filter(layer -> !packed.containsKey(layer))
        .toList();
  }

  /** The tensors of the quantized checkpoint, in the order of the model's. */
  List<TensorData> tensors(ModelTensors source) {
    List<TensorData> tensors = new ArrayList<>();
    Set<String> done = new LinkedHashSet<>();
    for (String name : source.names()) {
      if (packed.containsKey(owner(name))) {
        if (done.add(owner(name))) {
          packed.get(owner(name)).forEach(part -> tensors.add(copy(part)));
        }
      } else if (changed.containsKey(name)) {
        tensors.add(copy(name));
      } else {
        tensors.add(
            TensorData.of(
                source.info(name), out -> TensorData.of(source.stored(name)).writeTo(out)));
      }
    }
    return tensors;
  }

  private TensorData copy(String name) {
    return TensorData.copy(changed.get(name).file(), name);
  }

  @Override
  public void close() throws IOException {
    for (StoredBlock block : blocks) {
      block.close();
    }
  }
}
