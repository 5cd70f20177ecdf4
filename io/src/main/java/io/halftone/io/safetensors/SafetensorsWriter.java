package io.halftone.io.safetensors;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.halftone.core.model.StoredTensor;
import io.halftone.io.AtomicFile;
import io.halftone.io.TensorData;
import io.halftone.io.TensorEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * Writes a safetensors file: header length, JSON header padded to 8 bytes, tensors by descending
 * alignment and then name, so that every tensor is aligned and equal tensors give equal bytes.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">safetensors, format</a>
 */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;
  private static final String FORMAT = "format";

  private SafetensorsWriter() {}

  /**
   * Writes tensors to a file, completely or not at all.
   *
   * @param path replaced if it exists
   * @param tensors in any order
   * @param metadata remarks beside {@code format=pt}, which loaders look for
   * @throws IllegalArgumentException if a name occurs twice or a type is not one of safetensors
   * @throws IOException if the file cannot be written; it is then as it was
   */
  public static void write(
      Path path, List<StoredTensor> tensors, SortedMap<String, String> metadata)
      throws IOException {
    stream(path, tensors.stream().map(TensorData::of).toList(), metadata);
  }

  /**
   * Writes tensors to a file, completely or not at all, one after the other.
   *
   * @param path replaced if it exists
   * @param tensors in any order; each is asked for its bytes once
   * @param metadata remarks beside {@code format=pt}, which loaders look for
   * @throws IllegalArgumentException if a name occurs twice, a type is not one of safetensors or a
   *     length is not that of type and shape
   * @throws IOException if the file cannot be written; it is then as it was
   */
  public static void stream(Path path, List<TensorData> tensors, SortedMap<String, String> metadata)
      throws IOException {
    Set<String> names = new HashSet<>(Set.of(SafetensorsHeader.METADATA));
    for (TensorData tensor : tensors) {
      requireValid(tensor.entry(), names);
    }
    List<TensorData> ordered = new ArrayList<>(tensors);
    ordered.sort(
        Comparator.comparingInt((TensorData tensor) -> -type(tensor.entry()).bits())
            .thenComparing(tensor -> tensor.entry().name()));
    byte[] header = header(ordered, metadata);
    AtomicFile.write(path, channel -> writeTo(channel, header, ordered));
  }

  private static void requireValid(TensorEntry entry, Set<String> names) {
    if (!names.add(entry.name())) {
      throw new IllegalArgumentException("tensor " + entry.name() + " was already written");
    }
    if (SafetensorsHeader.bytes(type(entry), entry.shape()) != entry.bytes()) {
      throw new IllegalArgumentException(
          "tensor "
              + entry.name()
              + " of shape "
              + entry.shape()
              + " and type "
              + entry.type()
              + " cannot have "
              + entry.bytes()
              + " bytes");
    }
  }

  private static SafetensorsType type(TensorEntry entry) {
    return SafetensorsType.named(entry.type())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "tensor "
                        + entry.name()
                        + " is of type "
                        + entry.type()
                        + ", which safetensors does not have"));
  }

  private static byte[] header(List<TensorData> tensors, Map<String, String> metadata)
      throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = json.createObjectNode();
    ObjectNode remarks = root.putObject("__metadata__").put(FORMAT, "pt");
    metadata.forEach(remarks::put);
    long offset = 0;
    for (TensorData tensor : tensors) {
      TensorEntry entry = tensor.entry();
      ObjectNode description = root.putObject(entry.name());
      description.put("dtype", entry.type());
      ArrayNode shape = description.putArray("shape");
      entry.shape().forEach(shape::add);
      description.putArray("data_offsets").add(offset).add(offset + entry.bytes());
      offset += entry.bytes();
    }
    byte[] text = json.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
    if (text.length > SafetensorsHeader.MAX_LENGTH) {
      throw new IllegalArgumentException(
          "the header has " + text.length + " bytes, readers accept 100,000,000; use shards");
    }
    int padded = (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    byte[] header = new byte[padded];
    Arrays.fill(header, (byte) ' ');
    System.arraycopy(text, 0, header, 0, text.length);
    return header;
  }

  private static void writeTo(FileChannel channel, byte[] header, List<TensorData> tensors)
      throws IOException {
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    TensorData.writeFully(channel, length.putLong(header.length).flip());
    TensorData.writeFully(channel, ByteBuffer.wrap(header));
    for (TensorData tensor : tensors) {
      tensor.writeInto(channel);
    }
  }
}
