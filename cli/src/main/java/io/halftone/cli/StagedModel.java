package io.halftone.cli;

import io.halftone.io.onnx.OnnxModel;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A model written to a hidden directory beside its target, to be checked there and then moved into
 * place. Until {@link #publish} the target stays as it was; closing removes whatever was not
 * published, also when the process is interrupted; what a killed one left is removed with the next
 * model for the same target.
 */
final class StagedModel implements Closeable {
  private static final int REMOVALS = 100;

  private final Path target;
  private final Path directory;
  private final Thread cleanup;
  private boolean closed;

  private StagedModel(Path target, Path directory) {
    this.target = target;
    this.directory = directory;
    this.cleanup = new Thread(this::delete, "remove " + directory);
  }

  /** Writes the model under its own name, external data beside it. */
  static StagedModel write(OnnxModel model, Path target) throws IOException {
    StagedModel staged = new StagedModel(target, StagedDirectory.freeName(target.toAbsolutePath()));
    Runtime.getRuntime().addShutdownHook(staged.cleanup);
    try {
      staged.create();
      model.write(staged.file());
    } catch (IOException | RuntimeException failure) {
      staged.close();
      throw failure;
    }
    return staged;
  }

  private synchronized void create() throws IOException {
    requireOpen();
    Files.createDirectory(directory);
  }

  /** The model's file before it is published. */
  Path file() {
    return directory.resolve(target.getFileName());
  }

  /** The model's file and its external data, in the order they are moved: data first. */
  List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      List<Path> files = new ArrayList<>(all.toList());
      files.sort(
          Comparator.comparing((Path file) -> file.equals(file())).thenComparing(Path::compareTo));
      return files;
    }
  }

  long bytes() throws IOException {
    long sum = 0;
    for (Path file : files()) {
      sum += Files.size(file);
    }
    return sum;
  }

  /**
   * Moves the files into place, each in one step; an interrupt waits until all are moved.
   *
   * @throws IOException if a file cannot be moved
   */
  synchronized void publish() throws IOException {
    requireOpen();
    for (Path file : files()) {
      Files.move(
          file,
          target.resolveSibling(file.getFileName()),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private void requireOpen() throws InterruptedIOException {
    if (closed) {
      throw new InterruptedIOException("interrupted before " + target + " was written");
    }
  }

  @Override
  public void close() {
    delete();
    forget();
  }

  private void forget() {
    try {
      Runtime.getRuntime().removeShutdownHook(cleanup);
    } catch (IllegalStateException shuttingDown) {
      return;
    }
  }

  /** While the virtual machine ends, another thread may still be writing here: hence the rounds. */
  private synchronized void delete() {
    closed = true;
    IOException last = null;
    for (int round = 0; round < REMOVALS && Files.exists(directory); round++) {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.deleteIfExists(file);
        }
        Files.deleteIfExists(directory);
      } catch (IOException failure) {
        last = failure;
      }
    }
    if (last != null && Files.exists(directory)) {
      throw new UncheckedIOException(last);
    }
  }
}
