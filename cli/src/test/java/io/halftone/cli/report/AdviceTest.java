package io.halftone.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.calibration.Placement;
import io.halftone.core.quantized.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AdviceTest {

  private static final String SCHEME = "W4A16_G32";

  /** A layer with one remarkable number among five plain ones, and what must be said of it. */
  static List<Arguments> evidence() {
    return List.of(
        Arguments.of(
            layer(0.011).saturation(0.06),
            "Refit its range by MSE or clip search on the output error: 6.0 % of its weights lie"
                + " beyond it, 2.0 % in the median layer."),
        Arguments.of(
            layer(0.011).outliers(35),
            "Smooth its input (awq for weight-only schemes, smoothquant for 8-bit activations):"
                + " its largest input channel is 35 times the median one."),
        Arguments.of(
            layer(0.011).zeros(0.45),
            "Use smaller groups: 45 % of its weights are rounded to zero, 10 % in the median"
                + " layer, so its scales are too coarse."),
        Arguments.of(
            layer(0.05),
            "Keep it at 8 bits: 16.7 % of the weights carry 50 % of the error; about 0.0084 instead"
                + " of 0.017 on average for 0.67 more bits per weight."),
        Arguments.of(
            layer(0.011).outcome(new Outcome.Damped(0.04, 3)).shape(10, 2000),
            "Calibrate with at least 40,000 tokens instead of 27,478, 20 for each of its 2,000"
                + " channels: damped by 0.04 of the mean diagonal after 3 attempts."),
        Arguments.of(
            layer(0.011).outcome(new Outcome.Fallback("rtn", "not positive definite")),
            "Look for dead or repeated input channels and use more varied text (27,478 tokens should"
                + " suffice for 100 channels): fallback to rtn: not positive definite."),
        Arguments.of(
            layer(0.011),
            "No single cause stands out. One more bit would take its error to about 0.0028 and add"
                + " 0.167 bits per weight to the model."));
  }

  @ParameterizedTest
  @MethodSource("evidence")
  void saysOneThingForOnePieceOfEvidence(LayerBuilder layer, String sentence) {
    RunResult run = run("gptq", layer.build());
    LayerAdvice worst = Advice.DEFAULT.on(run, data(run)).get(0);
    assertEquals("bad", worst.layer());
    assertEquals(List.of(sentence), worst.recommendations());
  }

  /** Layers whose numbers look remarkable but call for nothing. */
  static List<LayerBuilder> excused() {
    return List.of(
        layer(0.011).outliers(35).placement(Placement.FOLDED),
        layer(0.011).outliers(Double.NaN).saturation(Double.NaN).zeros(Double.NaN),
        layer(0.05).bits(8.25));
  }

  @ParameterizedTest
  @MethodSource("excused")
  void recommendsNothingThatIsDoneAlreadyOrWasNotMeasured(LayerBuilder layer) {
    RunResult run = run("gptq", layer.build());
    List<String> sentences = Advice.DEFAULT.on(run, data(run)).get(0).recommendations();
    assertEquals(1, sentences.size());
    assertTrue(sentences.get(0).startsWith("No single cause stands out."), sentences.get(0));
  }

  @Test
  void pointsToARecipeThatDoesClearlyBetterOnTheLayer() {
    RunResult rtn = run("rtn", layer(0.011).build());
    RunResult better = run("halftone", layer(0.0044).build());
    RunResult otherScheme =
        RunResult.of("wide", "W8A16", 1, 1, 1, "", List.of(layer(0.0001).build()));
    assertEquals(
        List.of(
            "Quantize it with halftone, which reaches 0.0044 here under the same scheme (60 % less)."),
        Advice.DEFAULT.on(rtn, data(rtn, better, otherScheme)).get(0).recommendations());
  }

  @Test
  void listsTheWorstLayersFirstWithTheirShares() {
    RunResult run =
        RunResult.of(
            "rtn",
            SCHEME,
            1,
            1,
            1,
            "",
            List.of(
                new LayerBuilder("small", 0.01).build(),
                new LayerBuilder("large", 0.03).shape(100, 300).build(),
                new LayerBuilder("skipped", 9).outcome(new Outcome.Skipped("excluded")).build(),
                new LayerBuilder("unmeasured", Double.NaN).build()));
    List<LayerAdvice> advice = Advice.DEFAULT.on(run, data(run));
    assertEquals(List.of("large", "small"), advice.stream().map(LayerAdvice::layer).toList());
    assertEquals(0.75, advice.get(0).errorShare(), 1e-12);
    assertEquals(0.5, advice.get(0).weightShare(), 1e-12);
  }

  @Test
  void advisesOnNoMoreLayersThanAskedFor() {
    RunResult run = Samples.demo(SCHEME).results().get(0);
    assertEquals(5, Advice.DEFAULT.on(run, data(run)).size());
  }

  @Test
  void findsNothingToBlameInAnExactRun() {
    RunResult run =
        RunResult.of("rtn", SCHEME, 1, 1, 1, "", List.of(new LayerBuilder("a", 0).build()));
    LayerAdvice exact = Advice.DEFAULT.on(run, data(run)).get(0);
    assertEquals(0, exact.errorShare());
    assertEquals(1, exact.recommendations().size());
  }

  private static LayerBuilder layer(double error) {
    return new LayerBuilder("bad", error);
  }

  private static RunResult run(String recipe, LayerResult bad) {
    List<LayerResult> layers = new ArrayList<>();
    layers.add(bad);
    int side = (int) Math.sqrt((double) bad.weights());
    for (int plain = 0; plain < 5; plain++) {
      layers.add(
          new LayerBuilder("plain " + plain, 0.01)
              .shape(side, side)
              .bits(bad.bitsPerWeight())
              .build());
    }
    return RunResult.of(recipe, SCHEME, 1, 1, 1, "", layers);
  }

  private static ReportData data(RunResult... runs) {
    return Samples.data(List.of(runs), List.of());
  }
}
