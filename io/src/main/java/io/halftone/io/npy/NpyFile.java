package io.halftone.io.npy;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.AtomicFile;
import io.halftone.io.TensorData;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * NumPy's {@code .npy} files, format versions 1 to 3, both byte orders, C and Fortran order.
 *
 * <p>Every malformed file ends in an {@link IOException} that names file, byte offset and reason;
 * sizes are checked against the file's length before anything is allocated.
 *
 * @see <a
 *     href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">numpy.lib.format</a>
 */
public final class NpyFile {
  private static final int CHUNK = 1 << 16;

  private NpyFile() {}

  /**
   * Reads a matrix, converted to float32.
   *
   * @param file a one-dimensional array (becomes one row) or a two-dimensional one, of any {@link
   *     NpyType}
   * @return [rows, cols]
   * @throws IOException if the file is missing, malformed, of another rank or has more than 2^31 -
   *     1 elements
   */
  public static FloatMatrix read(Path file) throws IOException {
    try (InputStream in = open(file)) {
      NpyHeader header = header(in, file.toString(), Files.size(file));
      int rank = header.shape().length;
      if (rank < 1 || rank > 2) {
        throw NpyHeader.malformed(
            file.toString(),
            header.dataOffset(),
            "shape " + Arrays.toString(header.shape()) + " is not a matrix");
      }
      if (header.elements() > Integer.MAX_VALUE - 8) {
        throw NpyHeader.malformed(
            file.toString(),
            header.dataOffset(),
            header.elements() + " elements do not fit one array");
      }
      int rows = rank == 1 ? 1 : header.shape()[0];
      int cols = header.shape()[rank - 1];
      float[] values = readFloats(in, header, file.toString());
      return header.fortran() && rank == 2
          ? FloatMatrix.wrap(values, cols, rows).transpose()
          : FloatMatrix.wrap(values, rows, cols);
    }
  }

  /**
   * Reads an array of any rank without converting its elements.
   *
   * @throws IOException if the file is missing, malformed or has 2 GiB or more of elements
   */
  public static NpyArray readArray(Path file) throws IOException {
    try (InputStream in = open(file)) {
      return readArray(in, file.toString(), Files.size(file));
    }
  }

  /** Writes a matrix as float32, C order, version 1; replaces an existing file in one step. */
  public static void write(Path file, FloatMatrix matrix) throws IOException {
    int[] shape = {matrix.rows(), matrix.cols()};
    AtomicFile.write(
        file,
        channel -> {
          TensorData.writeFully(channel, ByteBuffer.wrap(NpyHeader.encode(NpyType.FLOAT32, shape)));
          writeFloats(channel, matrix.data());
        });
  }

  /** Writes an array of any rank, version 1; replaces an existing file in one step. */
  public static void write(Path file, NpyArray array) throws IOException {
    AtomicFile.write(
        file,
        channel -> {
          TensorData.writeFully(
              channel, ByteBuffer.wrap(NpyHeader.encode(array.type(), array.shape())));
          TensorData.writeFully(channel, array.data().duplicate());
        });
  }

  /**
   * Reads one array from a stream that starts at its magic bytes.
   *
   * @param length of the stream
   */
  static NpyArray readArray(InputStream in, String source, long length) throws IOException {
    return readBody(in, header(in, source, length), source);
  }

  private static InputStream open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString(), null, "not a file");
    }
    return new BufferedInputStream(Files.newInputStream(file), CHUNK);
  }

  private static NpyHeader header(InputStream in, String source, long length) throws IOException {
    NpyHeader header = NpyHeader.read(in, source);
    long needed = header.elements() * header.type().bytes();
    long present = length - header.dataOffset();
    if (needed > present) {
      throw NpyHeader.malformed(
          source,
          header.dataOffset(),
          "shape "
              + Arrays.toString(header.shape())
              + " of "
              + header.type()
              + " needs "
              + needed
              + " bytes, there are "
              + present);
    }
    return header;
  }

  private static NpyArray readBody(InputStream in, NpyHeader header, String source)
      throws IOException {
    long bytes = header.elements() * header.type().bytes();
    if (bytes > Integer.MAX_VALUE - 8) {
      throw NpyHeader.malformed(
          source, header.dataOffset(), bytes + " bytes of elements do not fit one buffer");
    }
    byte[] raw = new byte[(int) bytes];
    int present = in.readNBytes(raw, 0, raw.length);
    if (present < bytes) {
      throw truncated(source, header, present);
    }
    if (header.order() == ByteOrder.BIG_ENDIAN) {
      swap(raw, header.type().bytes());
    }
    if (header.fortran()) {
      raw = toRowMajor(raw, header);
    }
    return new NpyArray(header.type(), header.shape(), ByteBuffer.wrap(raw));
  }

  private static float[] readFloats(InputStream in, NpyHeader header, String source)
      throws IOException {
    float[] values = new float[(int) header.elements()];
    int width = header.type().bytes();
    byte[] chunk = new byte[CHUNK];
    ByteBuffer view = ByteBuffer.wrap(chunk).order(header.order());
    for (int done = 0; done < values.length; ) {
      int count = Math.min(CHUNK / width, values.length - done);
      int read = in.readNBytes(chunk, 0, count * width);
      if (read < count * width) {
        throw truncated(source, header, (long) done * width + read);
      }
      for (int i = 0; i < count; i++) {
        values[done + i] = header.type().readFloat(view, i * width);
      }
      done += count;
    }
    return values;
  }

  private static IOException truncated(String source, NpyHeader header, long present) {
    return NpyHeader.malformed(
        source,
        header.dataOffset() + present,
        "ends after "
            + present
            + " of "
            + header.elements() * header.type().bytes()
            + " bytes of elements");
  }

  private static void swap(byte[] raw, int width) {
    for (int start = 0; start < raw.length; start += width) {
      for (int i = 0; i < width / 2; i++) {
        byte low = raw[start + i];
        raw[start + i] = raw[start + width - 1 - i];
        raw[start + width - 1 - i] = low;
      }
    }
  }

  private static byte[] toRowMajor(byte[] raw, NpyHeader header) {
    int width = header.type().bytes();
    int[] shape = header.shape();
    int[] index = new int[shape.length];
    byte[] result = new byte[raw.length];
    for (int source = 0; source < raw.length; source += width) {
      long target = 0;
      for (int d = 0; d < shape.length; d++) {
        target = target * shape[d] + index[d];
      }
      System.arraycopy(raw, source, result, (int) target * width, width);
      for (int d = 0; d < shape.length && ++index[d] == shape[d]; d++) {
        index[d] = 0;
      }
    }
    return result;
  }

  private static void writeFloats(FileChannel channel, float[] values) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    for (int done = 0; done < values.length; ) {
      int count = Math.min(CHUNK / Float.BYTES, values.length - done);
      chunk.clear();
      chunk.asFloatBuffer().put(values, done, count);
      TensorData.writeFully(channel, chunk.limit(count * Float.BYTES));
      done += count;
    }
  }
}
