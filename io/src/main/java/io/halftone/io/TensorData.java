package io.halftone.io;

import io.halftone.core.model.StoredTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;

/**
 * A tensor to be written. Its description is known ahead, which is what a file's header needs; its
 * bytes are produced when their turn comes, so that a file may be larger than the memory.
 */
public interface TensorData {
  /** Name, type, shape and length. */
  TensorEntry entry();

  /**
   * Writes the {@link TensorEntry#bytes()} bytes, little-endian; may be called more than once.
   *
   * @throws IOException if they cannot be read or written
   */
  void writeTo(WritableByteChannel out) throws IOException;

  /**
   * Writes the bytes to a file's position, and checks that there were as many as announced.
   *
   * @throws IllegalStateException if there were more or fewer
   */
  default void writeInto(FileChannel file) throws IOException {
    long start = file.position();
    writeTo(file);
    if (file.position() - start != entry().bytes()) {
      throw new IllegalStateException(
          "tensor "
              + entry().name()
              + " has "
              + (file.position() - start)
              + " bytes, "
              + entry().bytes()
              + " were announced");
    }
  }

  /** A tensor in memory. */
  static TensorData of(StoredTensor tensor) {
    ByteBuffer data = tensor.data().duplicate().rewind();
    TensorEntry entry =
        new TensorEntry(tensor.name(), tensor.type(), tensor.shape(), data.remaining());
    return of(entry, out -> writeFully(out, data.duplicate()));
  }

  /**
   * A tensor of another file, copied in pieces when its turn comes.
   *
   * @param file must stay open until then
   * @throws IllegalArgumentException if there is no such tensor
   */
  static TensorData copy(TensorFile file, String name) {
    return of(file.info(name), out -> file.copyTo(name, out));
  }

  /** A tensor whose bytes are produced by a program. */
  static TensorData of(TensorEntry entry, Content content) {
    return new TensorData() {
      @Override
      public TensorEntry entry() {
        return entry;
      }

      @Override
      public void writeTo(WritableByteChannel out) throws IOException {
        content.writeTo(out);
      }
    };
  }

  /** Produces the bytes of a tensor. */
  @FunctionalInterface
  interface Content {
    /** Writes all bytes, little-endian. */
    void writeTo(WritableByteChannel out) throws IOException;
  }

  /** Writes a buffer from its position to its limit. */
  static void writeFully(WritableByteChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }
}
