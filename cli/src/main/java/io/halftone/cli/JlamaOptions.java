package io.halftone.cli;

import io.halftone.cli.jlama.JlamaRuntime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where Jlama and a Java that is new enough for it are. */
final class JlamaOptions {
  private static final String LIBRARY = "HALFTONE_JLAMA";
  private static final String JAVA = "HALFTONE_JAVA";

  @Option(
      names = "--jlama",
      paramLabel = "DIR",
      description = {
        "For jlama: directory with the jars of com.github.tjake:jlama-core:0.8.4 and of what it",
        "needs (default: the environment's " + LIBRARY + ")."
      })
  private Optional<Path> library = Optional.empty();

  @Option(
      names = "--java",
      paramLabel = "FILE",
      description = {
        "For jlama: command of a Java of version 20 or newer",
        "(default: the environment's " + JAVA + ", else the one that runs this)."
      })
  private Optional<Path> java = Optional.empty();

  /**
   * Jlama as the options and the environment say.
   *
   * @throws InputException if they name no library, or no Java that is new enough
   */
  JlamaRuntime runtime(Duration timeout) {
    Path jars =
        library
            .or(() -> environment(LIBRARY))
            .orElseThrow(
                () ->
                    new InputException(
                        "Halftone does not bring jlama: name a directory with its jars by --jlama"
                            + " or "
                            + LIBRARY));
    Path command = java.or(() -> environment(JAVA)).orElseGet(JlamaOptions::own);
    return new JlamaRuntime(command, jars, timeout);
  }

  private static Optional<Path> environment(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isEmpty()).map(Path::of);
  }

  private static Path own() {
    int version = Runtime.version().feature();
    if (version < JlamaRuntime.OLDEST_JAVA) {
      throw new InputException(
          "jlama's classes need Java "
              + JlamaRuntime.OLDEST_JAVA
              + ", this is "
              + version
              + ": name a newer one by --java or "
              + JAVA
              + "; without one, verify compares a checkpoint with its manifest and runs GGUF files"
              + " in llama.cpp and ONNX models in onnxruntime");
    }
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }
}
