package io.halftone.cli;

import io.halftone.io.onnx.OnnxModel;
import java.io.Closeable;
import java.io.IOException;
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
 * published, also when the process is interrupted.
 */
final class StagedModel implements Closeable {
  private final Path target;
  private final Path directory;
  private final Thread cleanup;

  private StagedModel(Path target, Path directory) {
    this.target = target;
    this.directory = directory;
    this.cleanup = new Thread(this::delete, "remove " + directory);
    Runtime.getRuntime().addShutdownHook(cleanup);
  }

  /** Writes the model under its own name, external data beside it. */
  static StagedModel write(OnnxModel model, Path target) throws IOException {
    Path parent = target.toAbsolutePath().getParent();
    StagedModel staged = new StagedModel(target, Files.createTempDirectory(parent, ".halftone-"));
    try {
      model.write(staged.file());
    } catch (IOException | RuntimeException failure) {
      staged.close();
      throw failure;
    }
    return staged;
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

  /** Moves the files into place, each in one step. */
  void publish() throws IOException {
    for (Path file : files()) {
      Files.move(
          file,
          target.resolveSibling(file.getFileName()),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  public void close() {
    delete();
    if (!Thread.currentThread().equals(cleanup)) {
      forget();
    }
  }

  private void forget() {
    try {
      Runtime.getRuntime().removeShutdownHook(cleanup);
    } catch (IllegalStateException shuttingDown) {
      return;
    }
  }

  private void delete() {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
