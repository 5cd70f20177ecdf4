package io.halftone.testkit;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads one damaged file after the other and keeps count, until the first that is mishandled. */
final class FuzzRun implements Runnable {
  /** What a reader may allocate beside twice the file's size. */
  static final long ALLOWANCE = 64L << 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final ReaderFuzzContract reader;
  private final Damage damage;
  private final Path file;
  private final int inputs;
  private volatile int current;
  private volatile Throwable failure;
  private int refused;
  private long mostAllocated;

  FuzzRun(ReaderFuzzContract reader, Damage damage, Path file, int inputs) {
    this.reader = reader;
    this.damage = damage;
    this.file = file;
    this.inputs = inputs;
  }

  /** The input that is being read, which is also its seed. */
  int current() {
    return current;
  }

  /** What went wrong with the current input; null if nothing did. */
  Throwable failure() {
    return failure;
  }

  int refused() {
    return refused;
  }

  @Override
  public void run() {
    try {
      for (int input = 0; input < inputs; input++) {
        current = input;
        read(damage.apply(input));
      }
    } catch (Throwable mishandled) { // errors too: a stack that overflows must not pass
      failure = mishandled;
    }
  }

  private void read(byte[] bytes) throws IOException {
    // file systems that guard against lost files wait for the disk where one is cut to 0 bytes
    Files.deleteIfExists(file);
    Files.write(file, bytes);
    long id = Thread.currentThread().getId();
    long before = THREADS.getThreadAllocatedBytes(id);
    try {
      reader.read(file);
    } catch (IOException e) {
      reader.requireClear(e, file);
      refused++;
    }
    long allocated = THREADS.getThreadAllocatedBytes(id) - before;
    mostAllocated = Math.max(mostAllocated, allocated);
    if (allocated > 2L * bytes.length + ALLOWANCE) {
      throw new AssertionError(
          "a file of " + bytes.length + " bytes made the reader allocate " + allocated);
    }
  }

  /** The figures, for people. */
  @Override
  public String toString() {
    return inputs
        + " damaged files, "
        + refused
        + " refused, "
        + (inputs - refused)
        + " read, at most "
        + mostAllocated
        + " bytes allocated for one";
  }
}
