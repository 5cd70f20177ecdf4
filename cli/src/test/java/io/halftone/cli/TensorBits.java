package io.halftone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.halftone.io.TensorEntry;
import io.halftone.io.gguf.GgufFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the tensors of a file lie, found from its layout without Halftone's own reading of offsets.
 *
 * @param file safetensors or GGUF
 * @param tensors first byte and length by name
 */
record TensorBits(Path file, Map<String, Range> tensors) {
  private static final int GGUF_ALIGNMENT = 32;

  record Range(long from, long bytes) {}

  static TensorBits of(Path file) throws IOException {
    return file.toString().endsWith(".gguf") ? ofGguf(file) : ofSafetensors(file);
  }

  private static TensorBits ofSafetensors(Path file) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    int header = Math.toIntExact(ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong());
    JsonNode json = new ObjectMapper().readTree(whole, Long.BYTES, header);
    Map<String, Range> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> tensor : json.properties()) {
      if (!tensor.getKey().equals("__metadata__")) {
        long from = tensor.getValue().at("/data_offsets/0").longValue();
        long to = tensor.getValue().at("/data_offsets/1").longValue();
        tensors.put(tensor.getKey(), new Range(Long.BYTES + header + from, to - from));
      }
    }
    return new TensorBits(file, tensors);
  }

  /** The data is the end of the file: one tensor after the other, each on a multiple of 32. */
  private static TensorBits ofGguf(Path path) throws IOException {
    try (GgufFile file = GgufFile.open(path)) {
      long data = 0;
      for (TensorEntry entry : file.entries()) {
        data += aligned(entry.bytes());
      }
      long at = aligned(Files.size(path)) - data;
      Map<String, Range> tensors = new LinkedHashMap<>();
      for (TensorEntry entry : file.entries()) {
        tensors.put(entry.name(), new Range(at, entry.bytes()));
        at += aligned(entry.bytes());
      }
      return new TensorBits(path, tensors);
    }
  }

  private static long aligned(long bytes) {
    return (bytes + GGUF_ALIGNMENT - 1) / GGUF_ALIGNMENT * GGUF_ALIGNMENT;
  }

  /** Changes one bit of a file, and a second time changes it back. */
  void flip(long at, int bit) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(at);
      int old = bytes.read();
      bytes.seek(at);
      bytes.write(old ^ 1 << bit);
    }
  }
}
