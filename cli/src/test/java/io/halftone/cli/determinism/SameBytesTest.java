package io.halftone.cli.determinism;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.halftone.core.kernel.KernelProvider;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * The exported file has the same bytes on every JDK, with scalar and vector kernels of any width,
 * on any number of threads.
 *
 * <p>Each run is a JVM of its own that quantizes the first encoder block of a trained model by the
 * whole path of the {@code quantize} command: capture, statistics, transforms, codes, export and
 * its check in ONNX Runtime.
 */
class SameBytesTest {
  private static final String DEMO_TEXT = "/io/halftone/cli/demo/calibration.txt";
  private static final int PASSAGES = 3;

  @TempDir private static Path directory;
  private static Path model;
  private static Path tokenizer;
  private static Path text;

  /**
   * One way to compute.
   *
   * @param jdk that runs it
   * @param kernels scalar or vector
   * @param flags of the JVM beside the choice of kernels
   * @param threads of the command
   */
  private record Run(Jdk jdk, String kernels, List<String> flags, int threads) {
    @Override
    public String toString() {
      return "JDK " + jdk.feature() + ", " + kernels + " " + flags + ", " + threads + " threads";
    }
  }

  @BeforeAll
  static void unpack() throws IOException {
    model = unpack("/all-minilm-l6-v2.onnx", "model.onnx");
    tokenizer = unpack("/all-minilm-l6-v2-tokenizer.json", "tokenizer.json");
    List<String> lines = Files.readAllLines(unpack(DEMO_TEXT, "text.txt"), StandardCharsets.UTF_8);
    text = Files.write(directory.resolve("passages.txt"), lines.subList(0, PASSAGES));
  }

  @Test
  void exportHasTheSameBytesOnEveryJdkWithEveryKernelOnAnyThreads(TestReporter reporter)
      throws IOException, InterruptedException {
    Map<String, String> bytes = new LinkedHashMap<>();
    for (Run run : runs(reporter)) {
      bytes.put(run.toString(), export(run));
    }
    bytes.forEach(reporter::publishEntry);
    assertEquals(1, new HashSet<>(bytes.values()).size(), () -> "different files: " + bytes);
  }

  private static List<Run> runs(TestReporter reporter) throws IOException {
    List<Run> runs = new ArrayList<>();
    addRuns(runs, Jdk.running(), 2, 5);
    for (Jdk other : Jdk.others()) {
      addRuns(runs, other, 1, 2);
    }
    runs.add(new Run(Jdk.running(), "vector", List.of("-Dhalftone.vector.bits=128"), 1));
    if (!vectorsAreUsable()) {
      reporter.publishEntry("not tested", "vector kernels, which this machine has none of");
      runs.removeIf(run -> run.kernels().equals("vector"));
    }
    if (Jdk.others().isEmpty()) {
      reporter.publishEntry("not tested", "other JDKs, none of which was found");
    }
    return runs;
  }

  private static void addRuns(List<Run> runs, Jdk jdk, int scalarThreads, int vectorThreads) {
    runs.add(new Run(jdk, "scalar", List.of(), scalarThreads));
    runs.add(new Run(jdk, "vector", List.of(), vectorThreads));
  }

  private static boolean vectorsAreUsable() {
    return ServiceLoader.load(KernelProvider.class).stream()
        .anyMatch(provider -> provider.get().isUsable());
  }

  /** Quantizes the model and returns the SHA-256 of the file. */
  private static String export(Run run) throws IOException, InterruptedException {
    Path output = directory.resolve("quantized.onnx");
    Path log = directory.resolve("log.txt");
    List<String> command = new ArrayList<>(List.of(run.jdk().java().toString()));
    command.addAll(List.of("-Xmx2g", "--add-modules", "jdk.incubator.vector"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("-Dhalftone.kernels=" + run.kernels());
    command.addAll(run.flags());
    command.addAll(List.of("io.halftone.cli.Halftone", "quantize", model.toString()));
    command.addAll(List.of("--recipe", "halftone", "--scheme", "W4A16_G32"));
    command.addAll(List.of("--include", "*layer.0*"));
    command.addAll(List.of("--calibration", text.toString(), "--tokenizer", tokenizer.toString()));
    command.addAll(List.of("--output", output.toString(), "--force"));
    command.addAll(List.of("--threads", String.valueOf(run.threads())));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    int exit = process.waitFor();
    assertEquals(0, exit, () -> run + " failed:\n" + read(log));
    return sha256(output);
  }

  private static String read(Path log) {
    try {
      return Files.readString(log, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "no log: " + e.getMessage();
    }
  }

  private static String sha256(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        in.transferTo(java.io.OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static Path unpack(String resource, String name) throws IOException {
    Path file = directory.resolve(name);
    try (InputStream in =
        new BufferedInputStream(SameBytesTest.class.getResourceAsStream(resource))) {
      Files.copy(in, file);
    }
    return file;
  }
}
