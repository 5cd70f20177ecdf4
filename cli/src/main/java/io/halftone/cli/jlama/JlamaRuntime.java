package io.halftone.cli.jlama;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.child.ExchangeFolder;
import io.halftone.io.child.JavaChild;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Jlama on this machine.
 *
 * @param java command of a Java of version 20 or newer
 * @param library directory with the jars of jlama-core 0.8.4 and what it needs
 * @param timeout after which the child is killed, positive
 */
public record JlamaRuntime(Path java, Path library, Duration timeout) {
  /** Of the classes of Jlama 0.8.4, which are of version 64. */
  public static final int OLDEST_JAVA = 20;

  /**
   * The logarithms of the next token's probabilities behind every token.
   *
   * @param model directory of a checkpoint
   * @param sequences each read from position 0 on its own; at least one token each
   * @return [tokens, vocabulary] of each
   * @throws IOException if there is no such Java or library, or Jlama fails or is too slow; the
   *     message has its last lines
   */
  public List<FloatMatrix> logits(Path model, List<int[]> sequences) throws IOException {
    String classPath = classPath();
    try (ExchangeFolder folder = ExchangeFolder.create("halftone-jlama")) {
      JlamaFiles files = new JlamaFiles(folder.path());
      files.writeSequences(sequences);
      new JavaChild(
              model.toString(),
              JlamaMain.class,
              List.of(folder.path().toString(), model.toAbsolutePath().toString()),
              Map.of(),
              folder.path(),
              timeout,
              new JavaChild.Machine(
                  java,
                  List.of(
                      "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"),
                  classPath))
          .run();
      List<FloatMatrix> logits = new ArrayList<>();
      for (int i = 0; i < sequences.size(); i++) {
        logits.add(files.logits(i));
      }
      return logits;
    }
  }

  /** Jlama's own jars first: it is to find the versions it was made for. */
  private String classPath() throws IOException {
    if (!Files.isDirectory(library)) {
      throw new IOException(library + " is no directory with Jlama's jars");
    }
    try (Stream<Path> jars = Files.list(library)) {
      List<String> entries =
          new ArrayList<>(
              jars.map(Path::toString).filter(name -> name.endsWith(".jar")).sorted().toList());
      if (entries.stream().noneMatch(name -> name.contains("jlama-core"))) {
        throw new IOException(library + " holds no jlama-core jar");
      }
      entries.add(System.getProperty("java.class.path"));
      return String.join(File.pathSeparator, entries);
    }
  }
}
