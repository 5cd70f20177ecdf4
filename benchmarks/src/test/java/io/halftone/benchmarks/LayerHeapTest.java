package io.halftone.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.quantized.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

class LayerHeapTest {
  @Test
  void theGivenGramMatrixNeedsNoMoreDamping() {
    assertEquals(new Outcome.Calibrated(), LayerHeap.quantize(LayerHeap.task(16, 256)).outcome());
  }

  /** A JVM of 2 GiB, run by name with -Dhalftone.heavy=true. */
  @Test
  @EnabledIfSystemProperty(named = "halftone.heavy", matches = "true")
  void aLayerOf4096By11008FitsTwoGibibytes(@TempDir Path folder)
      throws IOException, InterruptedException {
    Path log = folder.resolve("log.txt");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx2g",
                "-XX:+UseG1GC",
                "--add-modules=jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                LayerHeap.class.getName(),
                "4096",
                "11008")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertTrue(child.waitFor(10, TimeUnit.MINUTES), "still running");
      List<String> said = Files.readAllLines(log);
      assertEquals(0, child.exitValue(), said::toString);
      assertTrue(
          said.get(said.size() - 1).startsWith("4096 x 11008: within 2048 MiB"), said::toString);
    } finally {
      child.destroyForcibly();
    }
  }
}
