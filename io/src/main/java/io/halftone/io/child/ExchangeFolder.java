package io.halftone.io.child;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A temporary directory through which parent and child exchange files; it goes when this is closed
 * or the virtual machine ends.
 */
public final class ExchangeFolder implements Closeable {
  private final Path path;
  private final Thread cleanup;

  private ExchangeFolder(Path path) {
    this.path = path;
    this.cleanup = new Thread(this::deleteUnchecked, "delete " + path);
  }

  /**
   * Creates one.
   *
   * @param prefix of its name
   * @throws IOException if there is no place for it
   */
  public static ExchangeFolder create(String prefix) throws IOException {
    ExchangeFolder folder = new ExchangeFolder(Files.createTempDirectory(prefix));
    Runtime.getRuntime().addShutdownHook(folder.cleanup);
    return folder;
  }

  /** The directory. */
  public Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    delete();
    JavaChild.forget(cleanup);
  }

  private void deleteUnchecked() {
    try {
      delete();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void delete() throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
