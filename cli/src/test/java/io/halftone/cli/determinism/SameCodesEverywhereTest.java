package io.halftone.cli.determinism;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.halftone.core.kernel.KernelProvider;
import io.halftone.quantizers.catalog.Catalog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every recipe finds the same codes, scales and report with scalar kernels and with vectors of
 * every width, on 1, 2, 3 and 7 threads, on every JDK found; each JDK and width in a JVM of its
 * own.
 */
class SameCodesEverywhereTest {
  private static final int[] NARROWER = {128, 256};
  private static final int AT_ONCE = 2;

  @TempDir private Path directory;

  /** A JDK and the flags that choose its kernels. */
  private record Run(Jdk jdk, List<String> flags) {
    @Override
    public String toString() {
      return "JDK " + jdk.feature() + " " + String.join(" ", flags);
    }
  }

  @Test
  void everyRecipeFindsTheSameCodesAndReport(TestReporter reporter)
      throws IOException, InterruptedException, ExecutionException {
    List<Jdk> jdks = new ArrayList<>(List.of(Jdk.running()));
    jdks.addAll(Jdk.others());
    Map<Run, Future<List<String>>> outputs = new LinkedHashMap<>();
    ExecutorService several = Executors.newFixedThreadPool(AT_ONCE);
    try {
      for (Jdk jdk : jdks) {
        for (List<String> flags : flags()) {
          Run run = new Run(jdk, flags);
          int number = outputs.size();
          outputs.put(run, several.submit(() -> output(run, number)));
        }
      }
      Map<String, String> first = new LinkedHashMap<>();
      for (Map.Entry<Run, Future<List<String>>> output : outputs.entrySet()) {
        compare(output.getKey(), output.getValue().get(), first);
        reporter.publishEntry("compared", output.getKey().toString());
      }
      assertEquals(2 * Catalog.names().size(), first.size());
    } finally {
      several.shutdownNow();
    }
  }

  private static void compare(Run run, List<String> lines, Map<String, String> first) {
    for (String line : lines) {
      String[] words = line.split(" ", 5);
      String key = words[0] + " " + words[1];
      String found = words[3] + " " + words[4];
      String expected = first.computeIfAbsent(key, ignored -> found);
      assertEquals(expected, found, key + " on " + words[2] + " threads, " + run);
    }
  }

  private static List<List<String>> flags() {
    List<List<String>> all = new ArrayList<>(List.of(List.of("-Dhalftone.kernels=scalar")));
    int widest =
        ServiceLoader.load(KernelProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(KernelProvider::isUsable)
            .map(provider -> provider.create().name())
            .mapToInt(name -> Integer.parseInt(name.substring(name.lastIndexOf('-') + 1)))
            .max()
            .orElse(0);
    for (int bits : NARROWER) {
      if (bits < widest) {
        all.add(List.of("-Dhalftone.kernels=vector", "-Dhalftone.vector.bits=" + bits));
      }
    }
    if (widest > 0) {
      all.add(List.of("-Dhalftone.kernels=vector"));
    }
    return all;
  }

  private List<String> output(Run run, int number) throws IOException, InterruptedException {
    Path out = directory.resolve("out" + number + ".txt");
    Path err = directory.resolve("err" + number + ".txt");
    List<String> command = new ArrayList<>(List.of(run.jdk().java().toString(), "-Xmx512m"));
    command.addAll(List.of("-XX:+UseSerialGC", "--add-modules", "jdk.incubator.vector"));
    command.addAll(run.flags());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(QuantizeEverything.class.getName());
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    int exit = process.waitFor();
    String errors = Files.readString(err, StandardCharsets.UTF_8);
    assertEquals(0, exit, () -> run + " failed:\n" + errors);
    return Files.readAllLines(out, StandardCharsets.UTF_8);
  }
}
