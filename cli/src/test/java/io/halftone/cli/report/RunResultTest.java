package io.halftone.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.quantized.Outcome;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunResultTest {

  @Test
  void averagesLayersAndLeavesSkippedOnesOut() {
    RunResult run =
        RunResult.of(
            "gptq",
            "W4A16_G32",
            0.99,
            1,
            1,
            "",
            List.of(
                new LayerBuilder("a", 0.01).build(),
                new LayerBuilder("b", 0.001).build(),
                new LayerBuilder("c", 0).outcome(new Outcome.Skipped("excluded")).build()));
    assertEquals(0.0055, run.meanRelativeOutputError(), 1e-15);
    assertEquals(25, run.meanSqnrDb(), 1e-12);
    assertEquals(Map.of("calibrated", 2, "skipped", 1), run.outcomes());
  }

  @Test
  void weighsBitsByTheLayersSizes() {
    RunResult run =
        RunResult.of(
            "rtn",
            "W4A16_G32",
            0.99,
            1,
            1,
            "",
            List.of(
                new LayerBuilder("a", 0.1).shape(10, 10).bits(4).build(),
                new LayerBuilder("b", 0.1).shape(30, 10).bits(8).build()));
    assertEquals(7, run.bitsPerWeight(), 1e-12);
  }

  @Test
  void hasNoMeansWithoutLayers() {
    RunResult run = RunResult.of("rtn", "W4A16_G32", 0.99, 1, 1, "", List.of());
    assertTrue(Double.isNaN(run.meanRelativeOutputError()));
    assertTrue(Double.isNaN(run.bitsPerWeight()));
    assertEquals(Map.of(), run.outcomes());
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e-9, -1, Double.NEGATIVE_INFINITY})
  void refusesAnErrorBelowZeroAndNamesIt(double error) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> new LayerBuilder("a", error).build());
    assertTrue(refused.getMessage().contains("relativeOutputError"), refused.getMessage());
    assertTrue(refused.getMessage().contains(Double.toString(error)), refused.getMessage());
  }
}
