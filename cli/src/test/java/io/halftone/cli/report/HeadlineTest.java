package io.halftone.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeadlineTest {

  private static final RunResult UNMEASURED =
      new RunResult(
          "twin", "W8A8", Double.NaN, Double.NaN, 0.99, Double.NaN, 1, 1, "", Map.of(), List.of());

  @Test
  void comparesTheBestRecipeOfTheFirstMeasuredSchemeWithPlainRounding() {
    RunResult otherScheme = run("wide", "W8A16", 0.00001);
    assertEquals(
        "halftone at 4.50 bits per weight costs 0.0019 relative output error; rtn 0.0053.",
        headline(
            UNMEASURED, run("rtn", "W4", 0.00534), run("halftone", "W4", 0.00191), otherScheme));
  }

  @Test
  void leavesTheComparisonOutWhereThereIsNone() {
    assertEquals(
        "gptq at 4.50 bits per weight costs 0.0030 relative output error.",
        headline(run("gptq", "W4", 0.003)));
    assertEquals(
        "rtn at 4.50 bits per weight costs 0.0030 relative output error.",
        headline(run("rtn", "W4", 0.003)));
  }

  @Test
  void saysSoWhenNothingWasMeasured() {
    assertEquals("No layer was quantized and measured.", headline());
    assertEquals("No layer was quantized and measured.", headline(UNMEASURED));
  }

  private static String headline(RunResult... runs) {
    return Headline.of(Samples.data(List.of(runs), List.of()));
  }

  private static RunResult run(String recipe, String scheme, double error) {
    return RunResult.of(recipe, scheme, 1, 1, 1, "", List.of(new LayerBuilder("a", error).build()));
  }
}
