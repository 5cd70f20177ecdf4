package io.halftone.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes a file completely or not at all: the content goes to a temporary file in the same
 * directory, is forced to disk and then takes the target's name in one step. Whatever was there
 * before stays intact until that step. An orderly end of the virtual machine in the middle, such as
 * an interrupt from the keyboard, removes the temporary file; what a killed process left is removed
 * when the file is written again.
 */
public final class AtomicFile {
  private static final AtomicLong NUMBER = new AtomicLong();
  private static final String SUFFIX = ".partial";
  private static final Pattern OWNER = Pattern.compile("(\\d{1,18})-\\d+\\.partial");

  private AtomicFile() {}

  /** Produces the content of a file. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes the whole content.
     *
     * @param channel open for writing at position 0; closed by the caller
     * @throws IOException if writing fails; the target is then left as it was
     */
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Replaces or creates a file.
   *
   * @param target file to write; an existing file is replaced
   * @param content called once
   * @throws IOException if the directory is missing or writing fails; the temporary file is removed
   *     and the target unchanged
   */
  public static void write(Path target, Content content) throws IOException {
    Path temporary = createTemporary(target);
    Thread cleanup = new Thread(() -> delete(temporary), "delete " + temporary);
    Runtime.getRuntime().addShutdownHook(cleanup);
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        content.writeTo(channel);
        channel.force(true);
      }
      move(temporary, target.toAbsolutePath());
    } finally {
      Files.deleteIfExists(temporary);
      forget(cleanup);
    }
  }

  /** Creates an empty file beside the target, under a name that no other has. */
  static Path createTemporary(Path target) throws IOException {
    Path absolute = target.toAbsolutePath();
    Path directory = absolute.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new NoSuchFileException(
          target.toString(), null, "cannot be written: its directory does not exist");
    }
    if (Files.isDirectory(absolute)) {
      throw new IOException(target + " cannot be written: it is a directory");
    }
    String prefix = "." + absolute.getFileName() + ".";
    removeAbandoned(directory, prefix);
    prefix += ProcessHandle.current().pid() + "-";
    Path candidate = directory.resolve(prefix + NUMBER.incrementAndGet() + SUFFIX);
    // a killed process of the same id may have left files behind
    while (Files.exists(candidate)) {
      candidate = directory.resolve(prefix + NUMBER.incrementAndGet() + SUFFIX);
    }
    return Files.createFile(candidate);
  }

  /** Removes temporary files of the same target whose process is no more. */
  private static void removeAbandoned(Path directory, String prefix) throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(
            directory, file -> isAbandoned(file.getFileName().toString(), prefix))) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static boolean isAbandoned(String name, String prefix) {
    if (!name.startsWith(prefix)) {
      return false;
    }
    Matcher owner = OWNER.matcher(name.substring(prefix.length()));
    return owner.matches() && ProcessHandle.of(Long.parseLong(owner.group(1))).isEmpty();
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException(to + " cannot be written: its file system has no atomic rename", e);
    }
  }

  private static void delete(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void forget(Thread cleanup) {
    try {
      Runtime.getRuntime().removeShutdownHook(cleanup);
    } catch (IllegalStateException e) {
      // the virtual machine is shutting down and runs the hook itself
      return;
    }
  }
}
