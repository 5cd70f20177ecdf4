package io.halftone.io.safetensors;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.halftone.core.model.StoredTensor;
import io.halftone.io.AtomicFile;
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
    Set<String> names = new HashSet<>();
    for (StoredTensor tensor : tensors) {
      if (!names.add(tensor.name())) {
        throw new IllegalArgumentException("tensor " + tensor.name() + " was already written");
      }
    }
    List<StoredTensor> ordered = new ArrayList<>(tensors);
    ordered.sort(
        Comparator.comparingInt((StoredTensor tensor) -> -bits(tensor))
            .thenComparing(StoredTensor::name));
    byte[] header = header(ordered, metadata);
    AtomicFile.write(path, channel -> writeTo(channel, header, ordered));
  }

  private static int bits(StoredTensor tensor) {
    return SafetensorsType.named(tensor.type())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "tensor "
                        + tensor.name()
                        + " is of type "
                        + tensor.type()
                        + ", which safetensors does not have"))
        .bits();
  }

  private static byte[] header(List<StoredTensor> tensors, Map<String, String> metadata)
      throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = json.createObjectNode();
    ObjectNode remarks = root.putObject("__metadata__").put(FORMAT, "pt");
    metadata.forEach(remarks::put);
    long offset = 0;
    for (StoredTensor tensor : tensors) {
      ObjectNode entry = root.putObject(tensor.name());
      entry.put("dtype", tensor.type());
      ArrayNode shape = entry.putArray("shape");
      tensor.shape().forEach(shape::add);
      entry.putArray("data_offsets").add(offset).add(offset + tensor.data().limit());
      offset += tensor.data().limit();
    }
    byte[] text = json.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
    int padded = (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    byte[] header = new byte[padded];
    Arrays.fill(header, (byte) ' ');
    System.arraycopy(text, 0, header, 0, text.length);
    return header;
  }

  private static void writeTo(FileChannel channel, byte[] header, List<StoredTensor> tensors)
      throws IOException {
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    writeFully(channel, length.putLong(header.length).flip());
    writeFully(channel, ByteBuffer.wrap(header));
    for (StoredTensor tensor : tensors) {
      writeFully(channel, tensor.data().duplicate().rewind());
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
