package io.halftone.io;

import io.halftone.core.tensor.FloatMatrix;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that is read at any position, by any number of threads.
 *
 * <p>Reads copy; nothing is mapped into memory. A mapping would end the virtual machine when
 * another process shortens the file, and would keep it open after {@link #close()}.
 */
public final class FileBytes implements Closeable {
  /** The longest stretch that fits one buffer. */
  public static final int MAX_LENGTH = Integer.MAX_VALUE - 8;

  // the virtual machine keeps a direct buffer of a read's size for every thread
  private static final int CHUNK = 1 << 18;

  private final FileChannel channel;
  private final String source;
  private final long size;

  private FileBytes(FileChannel channel, String source, long size) {
    this.channel = channel;
    this.source = source;
    this.size = size;
  }

  /**
   * Opens a file.
   *
   * @throws NoSuchFileException if there is no regular file of this name
   * @throws IOException if it cannot be opened
   */
  public static FileBytes open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString(), null, "not a file");
    }
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new FileBytes(channel, file.toString(), channel.size());
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** The file's name, for messages. */
  public String source() {
    return source;
  }

  /** Length in bytes when it was opened. */
  public long size() {
    return size;
  }

  /** An error at a position of this file. */
  public MalformedFileException malformed(long offset, String reason) {
    return new MalformedFileException(source, offset, reason);
  }

  /**
   * Reads a stretch.
   *
   * @param offset of the first byte
   * @param length bytes, at most {@link #MAX_LENGTH}
   * @return little-endian, position 0, limit {@code length}
   * @throws MalformedFileException if the file ends before; nothing is allocated then
   * @throws IllegalArgumentException if the length does not fit one buffer
   */
  public ByteBuffer read(long offset, long length) throws IOException {
    if (length < 0 || length > MAX_LENGTH) {
      throw new IllegalArgumentException(
          source + ": " + length + " bytes do not fit one buffer; read fewer rows at a time");
    }
    requirePresent(offset, length);
    byte[] bytes = new byte[(int) length];
    read(offset, bytes, bytes.length);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Reads float values, widened to float32 where they are narrower.
   *
   * @param type how they are stored
   * @param offset of the first value
   * @return [rows, cols]
   * @throws MalformedFileException if the file ends before; nothing is allocated then
   */
  FloatMatrix floats(FloatType type, long offset, int rows, int cols) throws IOException {
    requirePresent(offset, (long) rows * cols * type.bytes());
    FloatMatrix values = FloatMatrix.zeros(rows, cols);
    float[] data = values.data();
    byte[] chunk = new byte[(int) Math.min(CHUNK, (long) data.length * type.bytes())];
    ByteBuffer view = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
    long position = offset;
    for (int done = 0; done < data.length; ) {
      int count = Math.min(chunk.length / type.bytes(), data.length - done);
      read(position, chunk, count * type.bytes());
      type.widen(view, data, done, count);
      done += count;
      position += (long) count * type.bytes();
    }
    return values;
  }

  void read(long offset, byte[] target, int length) throws IOException {
    for (int done = 0; done < length; ) {
      ByteBuffer chunk = ByteBuffer.wrap(target, done, Math.min(CHUNK, length - done));
      int count = channel.read(chunk, offset + done);
      if (count < 0) {
        throw malformed(offset + done, "ends here, after it was opened with " + size + " bytes");
      }
      done += count;
    }
  }

  private void requirePresent(long offset, long length) throws MalformedFileException {
    if (offset < 0 || offset > size || length > size - offset) {
      throw malformed(
          offset, length + " bytes are expected here, the file ends after " + size + " bytes");
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
