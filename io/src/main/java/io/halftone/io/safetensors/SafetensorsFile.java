package io.halftone.io.safetensors;

import io.halftone.io.FileBytes;
import io.halftone.io.TensorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A safetensors file, or a model whose tensors are spread over several with an index beside them.
 *
 * <p>Everything the header says is checked when it is opened: types, shapes and offsets agree, and
 * the tensors cover the data without gap, overlap or rest, which also bounds what any read
 * allocates.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">safetensors, format</a>
 */
public final class SafetensorsFile extends TensorFile {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";
  private static final String INDEX_SUFFIX = ".index.json";

  private final Map<String, String> metadata;

  private SafetensorsFile(
      List<Location> tensors, List<FileBytes> files, Map<String, String> metadata) {
    super(tensors, files);
    this.metadata = Collections.unmodifiableMap(metadata);
  }

  /**
   * Opens a file or a model.
   *
   * @param path a safetensors file; an index, whose name ends in {@code .index.json}; or a
   *     directory that holds {@code model.safetensors} or {@code model.safetensors.index.json}
   * @throws IOException if a file is missing or malformed; the message names file, offset and
   *     reason
   */
  public static SafetensorsFile open(Path path) throws IOException {
    Path file = Files.isDirectory(path) ? inside(path) : path;
    Path name = file.getFileName();
    if (name != null && name.toString().endsWith(INDEX_SUFFIX)) {
      return openShards(SafetensorsIndex.read(file));
    }
    FileBytes bytes = FileBytes.open(file);
    try {
      SafetensorsHeader header = SafetensorsHeader.read(bytes);
      return new SafetensorsFile(header.tensors(), List.of(bytes), header.metadata());
    } catch (IOException | RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  private static Path inside(Path directory) throws IOException {
    for (String name : List.of(SINGLE, INDEX)) {
      if (Files.exists(directory.resolve(name))) {
        return directory.resolve(name);
      }
    }
    throw new NoSuchFileException(
        directory.toString(), null, "it holds neither " + SINGLE + " nor " + INDEX);
  }

  private static SafetensorsFile openShards(SafetensorsIndex index) throws IOException {
    Map<String, SafetensorsHeader> headers = new LinkedHashMap<>();
    List<FileBytes> files = new ArrayList<>();
    try {
      Map<String, String> metadata = new LinkedHashMap<>();
      for (String shard : index.shards()) {
        FileBytes bytes = index.open(shard);
        files.add(bytes);
        SafetensorsHeader header = SafetensorsHeader.read(bytes);
        headers.put(shard, header);
        header.metadata().forEach(metadata::putIfAbsent);
      }
      return new SafetensorsFile(index.select(headers), files, metadata);
    } catch (IOException | RuntimeException e) {
      closeAll(files);
      throw e;
    }
  }

  @Override
  public String format() {
    return "safetensors";
  }

  /** The file's remarks, such as {@code format=pt}; of several shards the first says it. */
  public Map<String, String> metadata() {
    return metadata;
  }
}
