package io.halftone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A command line in a virtual machine of its own, which can be killed.
 *
 * @param process running
 * @param out file of its standard output
 * @param err file of its standard error
 */
record ChildCommand(Process process, Path out, Path err) implements AutoCloseable {
  private static final long LIMIT_SECONDS = 120;

  /** For commands that end in a second. */
  private static final List<String> QUICK =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m");

  /**
   * Starts a command.
   *
   * @param directory where its outputs go
   * @param launcher words before the Java command, such as a shell that sets limits
   */
  static ChildCommand start(
      Path directory, List<String> launcher, Map<String, String> environment, Object... words)
      throws IOException {
    return start(directory, launcher, QUICK, environment, words);
  }

  /**
   * Starts a command.
   *
   * @param directory where its outputs go
   * @param options of the virtual machine
   */
  static ChildCommand start(Path directory, List<String> options, Object... words)
      throws IOException {
    return start(directory, List.of(), options, Map.of(), words);
  }

  private static ChildCommand start(
      Path directory,
      List<String> launcher,
      List<String> options,
      Map<String, String> environment,
      Object... words)
      throws IOException {
    List<String> command = new ArrayList<>(launcher);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(
        List.of(
            "-XX:-UsePerfData",
            "-cp",
            System.getProperty("java.class.path"),
            Halftone.class.getName()));
    Arrays.stream(words).map(Object::toString).forEach(command::add);
    Path out = Files.createTempFile(directory, "out", ".txt");
    Path err = Files.createTempFile(directory, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().putAll(environment);
    return new ChildCommand(builder.start(), out, err);
  }

  /** Its exit code, once it has one. */
  int await() throws InterruptedException {
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("no end after " + LIMIT_SECONDS + " s");
    }
    return process.exitValue();
  }

  String output() throws IOException {
    return Files.readString(out);
  }

  String errors() throws IOException {
    return Files.readString(err);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
