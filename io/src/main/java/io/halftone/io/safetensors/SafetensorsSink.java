package io.halftone.io.safetensors;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.halftone.core.model.LayerCodec;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.model.WeightSink;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.io.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes a safetensors file: header length, JSON header padded to 8 bytes, tensors by descending
 * alignment and then name, so that every tensor is aligned and equal layers give equal bytes.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">safetensors, format</a>
 */
final class SafetensorsSink implements WeightSink {
  private static final int ALIGNMENT = 8;
  private static final Map<String, Integer> BYTES =
      Map.of("F16", 2, "BF16", 2, "F32", 4, "I32", 4, "I64", 8);

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
    tensors.sort(
        Comparator.comparingInt((StoredTensor tensor) -> -BYTES.get(tensor.type()))
            .thenComparing(StoredTensor::name));
    byte[] header = header();
    AtomicFile.write(path, channel -> writeTo(channel, header));
  }

  private byte[] header() throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = json.createObjectNode();
    root.putObject("__metadata__").put("format", "pt").put("quantization", codec.id());
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

  private void writeTo(FileChannel channel, byte[] header) throws IOException {
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
