package io.halftone.io.gguf;

import io.halftone.io.AtomicFile;
import io.halftone.io.TensorData;
import io.halftone.io.TensorEntry;
import io.halftone.io.gguf.GgufValue.Bool;
import io.halftone.io.gguf.GgufValue.Int;
import io.halftone.io.gguf.GgufValue.Numbers;
import io.halftone.io.gguf.GgufValue.Real;
import io.halftone.io.gguf.GgufValue.Text;
import io.halftone.io.gguf.GgufValue.Texts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes a GGUF file, version 3, little-endian: metadata in the map's order, tensors in the list's,
 * each padded with zeros to the alignment, the last one too, as ggml expects.
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">ggml, GGUF</a>
 */
public final class GgufWriter {
  private final ByteArrayOutputStream head = new ByteArrayOutputStream();

  private GgufWriter() {}

  /**
   * Writes a file, completely or not at all; tensors go one after the other.
   *
   * @param path replaced if it exists
   * @param metadata with {@code general.alignment} (UINT32, a power of two) if it shall not be 32;
   *     see the format's description for the keys a model needs
   * @param tensors types are names of {@link GgmlType}; shapes have the outermost extent first,
   *     [out, in] for a linear layer; names have at most 63 bytes, shapes at most 4 extents
   * @throws IllegalArgumentException if a key is empty, a name occurs twice or is too long, a type
   *     is unknown, rows are not whole blocks, or a length is not that of type and shape
   * @throws IOException if the file cannot be written; it is then as it was
   */
  public static void write(Path path, Map<String, GgufValue> metadata, List<TensorData> tensors)
      throws IOException {
    int alignment = alignment(metadata);
    GgufWriter writer = new GgufWriter();
    writer.start(metadata, tensors.size());
    writer.describe(tensors, alignment);
    byte[] head = writer.head.toByteArray();
    AtomicFile.write(
        path,
        channel -> {
          TensorData.writeFully(channel, ByteBuffer.wrap(head));
          pad(channel, alignment);
          for (TensorData tensor : tensors) {
            tensor.writeInto(channel);
            pad(channel, alignment);
          }
        });
  }

  private static int alignment(Map<String, GgufValue> metadata) {
    GgufValue value =
        metadata.getOrDefault(GgufFile.ALIGNMENT_KEY, Int.uint32(GgufFile.DEFAULT_ALIGNMENT));
    return GgufFile.alignment(value)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    GgufFile.ALIGNMENT_KEY
                        + " is "
                        + value
                        + ", must be a UINT32, a power of two up to 2^30"));
  }

  private static void pad(FileChannel channel, int alignment) throws IOException {
    long position = channel.position();
    long count = GgufTensors.align(position, alignment) - position;
    TensorData.writeFully(channel, ByteBuffer.allocate((int) count));
  }

  private void start(Map<String, GgufValue> metadata, int tensors) {
    integer(GgufFile.MAGIC, Integer.BYTES);
    integer(GgufFile.VERSION, Integer.BYTES);
    integer(tensors, Long.BYTES);
    integer(metadata.size(), Long.BYTES);
    metadata.forEach(
        (key, value) -> {
          if (key.isEmpty()) {
            throw new IllegalArgumentException("a key of the metadata is empty");
          }
          text(key);
          integer(value.type().id(), Integer.BYTES);
          value(value);
        });
  }

  private void value(GgufValue value) {
    if (value instanceof Int number) {
      integer(number.value(), number.type().minBytes());
    } else if (value instanceof Real number) {
      real(number);
    } else if (value instanceof Bool truth) {
      head.write(truth.value() ? 1 : 0);
    } else if (value instanceof Text text) {
      text(text.value());
    } else if (value instanceof Texts texts) {
      integer(GgufType.STRING.id(), Integer.BYTES);
      integer(texts.values().size(), Long.BYTES);
      texts.values().forEach(this::text);
    } else if (value instanceof Numbers numbers) {
      integer(numbers.elementType().id(), Integer.BYTES);
      integer(numbers.size(), Long.BYTES);
      byte[] bytes = new byte[numbers.data().limit()];
      numbers.data().duplicate().rewind().get(bytes);
      head.writeBytes(bytes);
    }
  }

  private void real(Real number) {
    if (number.type() == GgufType.FLOAT32) {
      integer(Float.floatToRawIntBits((float) number.value()), Float.BYTES);
    } else {
      integer(Double.doubleToRawLongBits(number.value()), Double.BYTES);
    }
  }

  private void describe(List<TensorData> tensors, int alignment) {
    Set<String> names = new HashSet<>();
    long offset = 0;
    for (TensorData tensor : tensors) {
      TensorEntry entry = tensor.entry();
      if (!names.add(entry.name())) {
        throw new IllegalArgumentException("a second tensor is named " + entry.name());
      }
      GgmlType type = requireValid(entry);
      text(entry.name());
      integer(entry.shape().size(), Integer.BYTES);
      for (int d = entry.shape().size() - 1; d >= 0; d--) {
        integer(entry.shape().get(d), Long.BYTES);
      }
      integer(type.id(), Integer.BYTES);
      integer(offset, Long.BYTES);
      offset = GgufTensors.align(Math.addExact(offset, entry.bytes()), alignment);
    }
  }

  private static GgmlType requireValid(TensorEntry entry) {
    int nameBytes = entry.name().getBytes(StandardCharsets.UTF_8).length;
    int rank = entry.shape().size();
    if (nameBytes < 1 || nameBytes > GgufTensors.MAX_NAME || rank > GgufTensors.MAX_RANK) {
      throw new IllegalArgumentException(
          "tensor '"
              + entry.name()
              + "' of rank "
              + rank
              + ": a name must have 1 to 63 bytes, a shape at most 4 extents");
    }
    GgmlType type =
        GgmlType.named(entry.type())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "tensor " + entry.name() + " has type " + entry.type() + ", not of GGUF"));
    long inner = rank == 0 ? 1 : entry.shape().get(rank - 1);
    if (inner % type.blockSize() != 0
        || entry.elements() / type.blockSize() * type.blockBytes() != entry.bytes()) {
      throw new IllegalArgumentException(
          "tensor "
              + entry.name()
              + " of type "
              + type
              + " and shape "
              + entry.shape()
              + " cannot have "
              + entry.bytes()
              + " bytes; rows must be whole blocks of "
              + type.blockSize());
    }
    return type;
  }

  private void text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    integer(bytes.length, Long.BYTES);
    head.writeBytes(bytes);
  }

  private void integer(long value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      head.write((int) (value >>> i * Byte.SIZE));
    }
  }
}
