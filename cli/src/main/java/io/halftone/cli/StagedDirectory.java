package io.halftone.cli;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A directory filled beside its target, to be checked there and then moved into place in one step.
 * Until {@link #publish} the target stays as it was; closing removes what was not published, also
 * when the process is interrupted.
 */
final class StagedDirectory implements Closeable {
  private static final AtomicLong NUMBER = new AtomicLong();
  private static final Pattern OWNER = Pattern.compile("(\\d{1,18})-\\d+");

  private final Path target;
  private final Path directory;
  private final Thread cleanup;

  private StagedDirectory(Path target, Path directory) {
    this.target = target;
    this.directory = directory;
    this.cleanup = new Thread(() -> delete(directory), "remove " + directory);
  }

  /**
   * Makes an empty directory. A target that a run moved aside and was killed before it could
   * replace it is first moved back; what killed runs staged for it is removed.
   *
   * @throws InputException if the target's parent does not exist
   */
  static StagedDirectory beside(Path target) throws IOException {
    Path absolute = target.toAbsolutePath();
    Path parent = absolute.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new InputException("there is no directory to put " + target + " in");
    }
    restore(absolute);
    StagedDirectory result =
        new StagedDirectory(absolute, Files.createDirectory(freeName(absolute)));
    Runtime.getRuntime().addShutdownHook(result.cleanup);
    return result;
  }

  private static void restore(Path target) throws IOException {
    Path old = aside(target);
    if (Files.exists(old) && Files.exists(target)) {
      delete(old);
    } else if (Files.exists(old)) {
      Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /**
   * A path beside a target where it can be staged, after what killed runs staged for it is removed.
   * Not a temporary directory of the system's kind, which nobody else may read.
   *
   * @param target absolute
   */
  static Path freeName(Path target) throws IOException {
    Path parent = target.getParent();
    String prefix = ".halftone-" + target.getFileName() + ".";
    removeAbandoned(parent, prefix);
    String mine = prefix + ProcessHandle.current().pid() + "-";
    Path candidate = parent.resolve(mine + NUMBER.incrementAndGet());
    // a killed process of the same id may have left some behind
    while (Files.exists(candidate)) {
      candidate = parent.resolve(mine + NUMBER.incrementAndGet());
    }
    return candidate;
  }

  /** Removes what was staged for the same target by processes that are no more. */
  private static void removeAbandoned(Path parent, String prefix) throws IOException {
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(
            parent, entry -> isAbandoned(entry.getFileName().toString(), prefix))) {
      all.forEach(StagedDirectory::delete);
    }
  }

  private static boolean isAbandoned(String name, String prefix) {
    if (!name.startsWith(prefix)) {
      return false;
    }
    Matcher owner = OWNER.matcher(name.substring(prefix.length()));
    return owner.matches() && ProcessHandle.of(Long.parseLong(owner.group(1))).isEmpty();
  }

  /** Where a target waits while another takes its place. */
  private static Path aside(Path target) {
    return target.resolveSibling(".halftone-old-" + target.getFileName());
  }

  Path path() {
    return directory;
  }

  /**
   * Moves the directory into place; one that was there is removed afterwards.
   *
   * @throws IOException if it cannot be moved; the old directory is then back in its place
   */
  void publish() throws IOException {
    Path old = aside(target);
    boolean replaces = Files.exists(target);
    if (replaces) {
      Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
    }
    try {
      Files.move(directory, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failure) {
      if (replaces) {
        Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
      }
      throw failure;
    }
    if (replaces) {
      delete(old);
    }
  }

  /**
   * Moves one file of the directory into the target's place, in one step.
   *
   * @throws IOException if it cannot be moved; what was there is then as it was
   */
  void publishFile(Path file) throws IOException {
    Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() {
    delete(directory);
    try {
      Runtime.getRuntime().removeShutdownHook(cleanup);
    } catch (IllegalStateException shuttingDown) {
      return;
    }
  }

  private static void delete(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
