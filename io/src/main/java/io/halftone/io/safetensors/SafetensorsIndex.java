package io.halftone.io.safetensors;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.halftone.io.FileBytes;
import io.halftone.io.FileCursor;
import io.halftone.io.MalformedFileException;
import io.halftone.io.TensorFile.Location;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which shard holds which tensor.
 *
 * @param source the index's file name, for messages
 * @param directory of the index and its shards
 * @param shardOf file name of the shard by tensor
 */
record SafetensorsIndex(String source, Path directory, Map<String, String> shardOf) {
  static final String WEIGHT_MAP = "weight_map";
  private static final long MAX_LENGTH = 100_000_000;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  static SafetensorsIndex read(Path file) throws IOException {
    JsonNode map = tree(file).path(WEIGHT_MAP);
    if (!map.isObject() || map.isEmpty()) {
      throw new MalformedFileException(
          file.toString(), 0, "the index has no " + WEIGHT_MAP + " with an entry");
    }
    Map<String, String> shardOf = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String shard = entry.getValue().isTextual() ? entry.getValue().textValue() : "";
      if (!isFileName(shard)) {
        throw new MalformedFileException(
            file.toString(),
            0,
            "the shard of " + entry.getKey() + " must be a file name beside the index");
      }
      shardOf.put(entry.getKey(), shard);
    }
    Path directory = file.toAbsolutePath().getParent();
    return new SafetensorsIndex(file.toString(), directory, shardOf);
  }

  private static JsonNode tree(Path file) throws IOException {
    try (FileBytes bytes = FileBytes.open(file)) {
      if (bytes.size() > MAX_LENGTH) {
        throw bytes.malformed(0, "the index has more than " + MAX_LENGTH + " bytes");
      }
      return JSON.readTree(new FileCursor(bytes).text(bytes.size(), "the index"));
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw new MalformedFileException(
          file.toString(),
          "the index is not readable JSON"
              + (at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr())
              + ": "
              + e.getOriginalMessage(),
          e);
    }
  }

  /** Names that stay in the directory on every system, and are possible on this one. */
  private static boolean isFileName(String name) {
    boolean plain =
        name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ')
            && !List.of("", ".", "..").contains(name);
    try {
      return plain && !Path.of(name).isAbsolute();
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /**
   * Opens a shard.
   *
   * @throws MalformedFileException if it is missing
   */
  FileBytes open(String shard) throws IOException {
    try {
      return FileBytes.open(directory.resolve(shard));
    } catch (NoSuchFileException e) {
      throw new MalformedFileException(
          source, WEIGHT_MAP + " names shard " + e.getFile() + ", which is not there", e);
    }
  }

  /** The shards' file names, in the order of their first tensor. */
  Set<String> shards() {
    return new LinkedHashSet<>(shardOf.values());
  }

  /** The tensors the index names, shard by shard in the order of their data. */
  List<Location> select(Map<String, SafetensorsHeader> headers) throws IOException {
    List<Location> selected = new ArrayList<>();
    for (Map.Entry<String, SafetensorsHeader> shard : headers.entrySet()) {
      for (Location tensor : shard.getValue().tensors()) {
        if (shard.getKey().equals(shardOf.get(tensor.entry().name()))) {
          selected.add(tensor);
        }
      }
    }
    if (selected.size() < shardOf.size()) {
      Set<String> missing = new LinkedHashSet<>(shardOf.keySet());
      selected.forEach(tensor -> missing.remove(tensor.entry().name()));
      String first = missing.iterator().next();
      throw new MalformedFileException(
          source, 0, shardOf.get(first) + " does not hold tensor " + first);
    }
    return selected;
  }
}
