package io.halftone.io;

import io.halftone.core.model.StoredTensor;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Keeps tensors in a temporary file until all are known and a header can be written. Memory holds
 * their descriptions alone; the file goes when this is closed or the virtual machine ends.
 */
public final class TensorSpool implements Closeable {
  private final FileChannel channel;
  private final List<TensorData> tensors = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  private TensorSpool(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Creates the temporary file beside a file to be written, where there is space for it.
   *
   * @throws IOException if the directory does not exist or cannot be written
   */
  public static TensorSpool beside(Path target) throws IOException {
    return new TensorSpool(
        FileChannel.open(
            AtomicFile.createTemporary(target),
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE));
  }

  /**
   * Puts a tensor aside.
   *
   * @throws IllegalArgumentException if there is one of this name
   * @throws IOException if the temporary file cannot be written
   */
  public void add(StoredTensor tensor) throws IOException {
    if (!names.add(tensor.name())) {
      throw new IllegalArgumentException("tensor " + tensor.name() + " was already written");
    }
    long start = channel.position();
    TensorData inMemory = TensorData.of(tensor);
    inMemory.writeTo(channel);
    long length = inMemory.entry().bytes();
    tensors.add(TensorData.of(inMemory.entry(), out -> transfer(start, length, out)));
  }

  private void transfer(long start, long length, WritableByteChannel out) throws IOException {
    for (long done = 0; done < length; ) {
      long count = channel.transferTo(start + done, length - done, out);
      if (count <= 0) {
        throw new IOException("the temporary file was shortened while it was in use");
      }
      done += count;
    }
  }

  /** The tensors in the order in which they came; readable until this is closed. */
  public List<TensorData> tensors() {
    return Collections.unmodifiableList(tensors);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
