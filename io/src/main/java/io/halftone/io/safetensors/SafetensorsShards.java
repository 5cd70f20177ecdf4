package io.halftone.io.safetensors;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.halftone.io.AtomicFile;
import io.halftone.io.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;

/** Writes a model as one safetensors file, or as several with an index beside them. */
public final class SafetensorsShards {
  private SafetensorsShards() {}

  /**
   * Writes {@code model.safetensors}, or {@code model-00001-of-0000N.safetensors} and so on with
   * {@code model.safetensors.index.json}.
   *
   * <p>The index comes last, and no model in the directory is replaced: killed at any point, the
   * directory holds no model (shards without an index are none) or the complete one. Shards that a
   * killed run left behind are written again by the next.
   *
   * @param directory exists and holds neither {@code model.safetensors} nor an index
   * @param tensors in the order in which they fill the shards, so that those of a layer stay
   *     together
   * @param metadata see {@link SafetensorsWriter#stream}
   * @param maxBytes of a shard's tensors; a larger tensor has a shard of its own
   * @throws FileAlreadyExistsException if there is a model
   * @throws IllegalArgumentException see {@link SafetensorsWriter#stream}
   * @throws IOException if a file cannot be written
   */
  public static void write(
      Path directory, List<TensorData> tensors, SortedMap<String, String> metadata, long maxBytes)
      throws IOException {
    Path single = directory.resolve(SafetensorsFile.SINGLE);
    Path index = directory.resolve(SafetensorsFile.INDEX);
    for (Path file : List.of(single, index)) {
      if (Files.exists(file)) {
        throw new FileAlreadyExistsException(file.toString(), null, "there is a model already");
      }
    }
    requireDistinct(tensors);
    List<List<TensorData>> shards = split(tensors, maxBytes);
    if (shards.size() == 1) {
      SafetensorsWriter.stream(single, tensors, metadata);
      return;
    }
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.putObject("metadata")
        .put("total_size", tensors.stream().mapToLong(tensor -> tensor.entry().bytes()).sum());
    ObjectNode map = root.putObject(SafetensorsIndex.WEIGHT_MAP);
    for (int i = 0; i < shards.size(); i++) {
      String name =
          String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, shards.size());
      SafetensorsWriter.stream(directory.resolve(name), shards.get(i), metadata);
      shards.get(i).forEach(tensor -> map.put(tensor.entry().name(), name));
    }
    ByteBuffer json =
        StandardCharsets.UTF_8.encode(root.toPrettyString().replace("\r\n", "\n") + "\n");
    AtomicFile.write(index, channel -> TensorData.writeFully(channel, json));
  }

  private static void requireDistinct(List<TensorData> tensors) {
    Set<String> names = new HashSet<>();
    for (TensorData tensor : tensors) {
      if (!names.add(tensor.entry().name())) {
        throw new IllegalArgumentException(
            "tensor " + tensor.entry().name() + " was already written");
      }
    }
  }

  private static List<List<TensorData>> split(List<TensorData> tensors, long maxBytes) {
    List<List<TensorData>> shards = new ArrayList<>();
    List<TensorData> shard = new ArrayList<>();
    long bytes = 0;
    for (TensorData tensor : tensors) {
      if (!shard.isEmpty() && tensor.entry().bytes() > maxBytes - bytes) {
        shards.add(shard);
        shard = new ArrayList<>();
        bytes = 0;
      }
      shard.add(tensor);
      bytes += tensor.entry().bytes();
    }
    shards.add(shard);
    return shards;
  }
}
