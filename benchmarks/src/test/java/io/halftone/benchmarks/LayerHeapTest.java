package io.halftone.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.quantized.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerHeapTest {
  private static final long MEBIBYTE = 1 << 20;

  @Test
  void theGivenGramMatrixNeedsNoMoreDamping() {
    assertEquals(
        new Outcome.Calibrated(), LayerHeap.quantize(LayerHeap.task(16, 256), "gptq").outcome());
  }

  @Test
  void aLayerOf4096By11008IsSaidToFitTwoGibibytes() {
    assertTrue(LayerHeap.estimate(4096, 11008, "gptq") <= 2L << 30);
  }

  /** A JVM of 2 GiB, run by name with -Dhalftone.heavy=true. */
  @Test
  @EnabledIfSystemProperty(named = "halftone.heavy", matches = "true")
  void aLayerOf4096By11008FitsTwoGibibytes(@TempDir Path folder)
      throws IOException, InterruptedException {
    String said = run(2048, folder, "4096", "11008", "gptq");
    assertTrue(said.startsWith("4096 x 11008: within 2048 MiB"), said);
  }

  /** The estimate is enough, four fifths of it are not. */
  @ParameterizedTest
  @CsvSource({
    "1024, 1024, gptq",
    "2048, 2048, gptq",
    "512, 4096, gptq",
    "2048, 1024, quantease",
    "1024, 2048, adaround"
  })
  @EnabledIfSystemProperty(named = "halftone.heavy", matches = "true")
  void theEstimateIsNeededAndEnough(int out, int in, String recipe, @TempDir Path folder)
      throws IOException, InterruptedException {
    long estimate = LayerHeap.estimate(out, in, recipe) + MEBIBYTE - 1 >> 20;
    String[] layer = {Integer.toString(out), Integer.toString(in), recipe};
    String enough = run(estimate, folder, layer);
    assertTrue(enough.startsWith(out + " x " + in + ": within"), enough);
    String less = run(estimate * 4 / 5, folder, layer);
    assertTrue(less.contains("OutOfMemoryError"), less);
  }

  /** The last line that matters of a run in a heap of so many mebibytes. */
  private static String run(long heap, Path folder, String... layer)
      throws IOException, InterruptedException {
    Path log = folder.resolve("log.txt");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap + "m",
                "-XX:+UseG1GC",
                "--add-modules=jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                LayerHeap.class.getName()));
    command.addAll(List.of(layer));
    Process child =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      assertTrue(child.waitFor(10, TimeUnit.MINUTES), "still running");
      return Files.readAllLines(log).stream()
          .filter(line -> line.contains("within") || line.contains("OutOfMemoryError"))
          .reduce((first, second) -> second)
          .orElse("nothing was said");
    } finally {
      child.destroyForcibly();
    }
  }
}
