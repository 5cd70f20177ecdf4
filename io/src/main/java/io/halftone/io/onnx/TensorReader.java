package io.halftone.io.onnx;

import io.halftone.io.HalfPrecision;
import io.halftone.io.MalformedFileException;
import io.halftone.io.onnx.proto.TensorProto;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads the values of tensors, wherever they are: raw bytes, a typed field, or a file beside the
 * model.
 */
final class TensorReader {
  private final String source;
  private final Path directory;

  /**
   * @param source name of the model in messages
   * @param directory where external data lies
   */
  TensorReader(String source, Path directory) {
    this.source = source;
    this.directory = directory;
  }

  /** Number of elements; also checks that every extent is in [0, 2^31 - 1]. */
  static long elements(TensorProto tensor) throws IOException {
    long count = 1;
    for (long extent : tensor.getDimsList()) {
      if (extent < 0 || extent > Integer.MAX_VALUE) {
        throw new IOException("tensor " + tensor.getName() + " has an extent of " + extent);
      }
      if (extent != 0 && count > Long.MAX_VALUE / 64 / extent) {
        throw new IOException("tensor " + tensor.getName() + " has 2^57 elements or more");
      }
      count *= extent;
    }
    return count;
  }

  /**
   * Checks that the values are there in full, without reading them. Tensors of unknown types pass.
   */
  void check(TensorProto tensor) throws IOException {
    long elements = elements(tensor);
    ElementType type = ElementType.of(tensor.getDataType()).orElse(null);
    if (type == null) {
      return;
    }
    if (ExternalData.isExternal(tensor)) {
      ExternalData.of(tensor, directory).check(rawBytes(elements, type));
    } else if (tensor.hasRawData()) {
      expect(tensor, "bytes", rawBytes(elements, type), tensor.getRawData().size());
    } else {
      expect(tensor, "values", typedValues(elements, type), typedCount(tensor, type));
    }
  }

  /** Bytes that the values take as raw data. */
  static long rawBytes(long elements, ElementType type) {
    return (elements * type.bits() + 7) / 8;
  }

  private static long typedValues(long elements, ElementType type) {
    return type.bits() < 8 ? rawBytes(elements, type) : elements;
  }

  private static long typedCount(TensorProto tensor, ElementType type) {
    switch (type) {
      case FLOAT:
        return tensor.getFloatDataCount();
      case DOUBLE:
        return tensor.getDoubleDataCount();
      case INT64:
        return tensor.getInt64DataCount();
      case UINT32:
      case UINT64:
        return tensor.getUint64DataCount();
      default:
        return tensor.getInt32DataCount();
    }
  }

  private static void expect(TensorProto tensor, String unit, long expected, long actual)
      throws IOException {
    if (expected != actual) {
      throw new IOException(
          "tensor "
              + tensor.getName()
              + " of shape "
              + tensor.getDimsList()
              + " needs "
              + expected
              + " "
              + unit
              + ", the file has "
              + actual);
    }
  }

  /**
   * Reads consecutive elements of a float tensor as float32.
   *
   * @param from index of the first element in row-major order
   * @param target receives {@code count} values from {@code offset}
   */
  void floats(TensorProto tensor, long from, int count, float[] target, int offset)
      throws IOException {
    ElementType type = type(tensor);
    if (!type.isFloat()) {
      throw new MalformedFileException(
          source, "tensor " + tensor.getName() + " holds " + type + ", not real numbers", null);
    }
    if (from < 0 || from + count > elements(tensor)) {
      throw new IllegalArgumentException(
          "elements "
              + from
              + " to "
              + (from + count)
              + " of tensor "
              + tensor.getName()
              + " of shape "
              + tensor.getDimsList());
    }
    if (!ExternalData.isExternal(tensor) && !tensor.hasRawData()) {
      typedFloats(tensor, type, (int) from, count, target, offset);
      return;
    }
    int width = type.bits() / 8;
    final int step = 1 << 20;
    for (int done = 0; done < count; done += step) {
      int part = Math.min(step, count - done);
      ByteBuffer raw = raw(tensor, (from + done) * width, part * width);
      decode(raw, type, part, target, offset + done);
    }
  }

  private static void typedFloats(
      TensorProto tensor, ElementType type, int from, int count, float[] target, int offset) {
    for (int i = 0; i < count; i++) {
      switch (type) {
        case FLOAT:
          target[offset + i] = tensor.getFloatData(from + i);
          break;
        case DOUBLE:
          target[offset + i] = (float) tensor.getDoubleData(from + i);
          break;
        case FLOAT16:
          target[offset + i] = HalfPrecision.fromFloat16((short) tensor.getInt32Data(from + i));
          break;
        default:
          target[offset + i] = HalfPrecision.fromBfloat16((short) tensor.getInt32Data(from + i));
      }
    }
  }

  private static void decode(
      ByteBuffer raw, ElementType type, int count, float[] target, int offset) {
    if (type == ElementType.FLOAT) {
      raw.asFloatBuffer().get(target, offset, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      if (type == ElementType.DOUBLE) {
        target[offset + i] = (float) raw.getDouble(i * 8);
      } else if (type == ElementType.FLOAT16) {
        target[offset + i] = HalfPrecision.fromFloat16(raw.getShort(i * 2));
      } else {
        target[offset + i] = HalfPrecision.fromBfloat16(raw.getShort(i * 2));
      }
    }
  }

  /**
   * Bytes {@code offset} to {@code offset + length} of a tensor's raw form, little-endian, at
   * position 0.
   */
  ByteBuffer raw(TensorProto tensor, long offset, int length) throws IOException {
    if (!ExternalData.isExternal(tensor)) {
      int start = (int) offset;
      return tensor
          .getRawData()
          .substring(start, start + length)
          .asReadOnlyByteBuffer()
          .slice()
          .order(ByteOrder.LITTLE_ENDIAN);
    }
    ExternalData data = ExternalData.of(tensor, directory);
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(data.file(), StandardOpenOption.READ)) {
      long position = data.offset() + offset;
      while (bytes.hasRemaining()) {
        int read = channel.read(bytes, position);
        if (read < 0) {
          throw new EOFException(
              data.file() + " ends at byte " + position + ", inside tensor " + tensor.getName());
        }
        position += read;
      }
    }
    return bytes.flip();
  }

  private ElementType type(TensorProto tensor) throws IOException {
    return ElementType.of(tensor.getDataType())
        .orElseThrow(
            () ->
                new MalformedFileException(
                    source,
                    "tensor "
                        + tensor.getName()
                        + " has element type "
                        + tensor.getDataType()
                        + ", which is not read",
                    null));
  }
}
