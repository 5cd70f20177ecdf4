package io.halftone.calibration.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.calibration.FallbackPolicy;
import io.halftone.calibration.LayerResult;
import io.halftone.calibration.Pipeline;
import io.halftone.calibration.Progress;
import io.halftone.core.kernel.CanonicalAlgebra;
import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.ScalarKernels;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.recipe.NameFilter;
import io.halftone.core.report.LayerReport;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.quantizers.catalog.Catalog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recipes on a small trained model. */
class BlockPipelineTest {
  private static final Compute COMPUTE = Compute.defaults();
  private static final LayerScheme W2 = Schemes.W2A16_G32;

  @TempDir Path directory;
  private FloatDecoder exact;
  private TokenSequences calibration;
  private TokenSequences evaluation;

  @BeforeEach
  void open() throws IOException {
    exact = TrainedModel.open(directory);
    calibration = TrainedModel.tokens(0, 4);
    evaluation = TrainedModel.tokens(64, 68);
  }

  private QuantizedDecoder quantized(String recipe, Propagation propagation) throws IOException {
    return new BlockPipeline(Pipeline.of(Catalog.named(recipe, W2), COMPUTE), propagation)
        .run(exact, calibration, layer -> {});
  }

  private double perplexity(CausalModel model) throws IOException {
    return LanguageEvaluation.of(COMPUTE).score(model, evaluation).perplexity();
  }

  private double perplexity(String recipe, Propagation propagation) throws IOException {
    return perplexity(quantized(recipe, propagation));
  }

  @Test
  void everyStepOfTheWayLowersThePerplexity() throws IOException {
    calibration = TrainedModel.tokens(0, 16);
    evaluation = TrainedModel.tokens(64, 96);
    double rtn = perplexity("rtn", Propagation.FLOAT_PREFIX);
    double alone = perplexity("gptq", Propagation.FLOAT_PREFIX);
    double propagated = perplexity("gptq", Propagation.QUANTIZED_PREFIX);
    double aimed = perplexity("gptq", Propagation.FLOAT_TARGETS);
    double best = perplexity("halftone", Propagation.FLOAT_TARGETS);
    double floats = perplexity(exact);
    List<Double> order =
        List.of(floats, best, aimed, Math.min(alone, propagated), Math.max(alone, propagated), rtn);
    assertEquals(order.stream().sorted().toList(), order);
  }

  @Test
  void foldsLeaveNothingInFrontOfALinear() throws IOException {
    QuantizedDecoder model = quantized("awq", Propagation.QUANTIZED_PREFIX);
    assertEquals(
        exact.linears(), model.quantized().layers().stream().map(LayerResult::name).toList());
    for (LayerResult result : model.quantized().layers()) {
      assertTrue(result.layer().orElseThrow().online().isIdentity(), result.name());
    }
    assertTrue(model.quantized().sites().stream().anyMatch(site -> !site.transform().isIdentity()));
    List<LayerReport> reports = LayerErrors.of(model, evaluation, 8, COMPUTE);
    assertEquals(exact.linears().size(), reports.size());
    for (LayerReport report : reports) {
      assertTrue(report.outputRelativeError() < 0.3, report.toString());
    }
  }

  /** The norm writes steps: its largest value over all tokens and channels is the last code. */
  @Test
  void staticInputsArriveInStepsOfOneSize() throws IOException {
    QuantizedDecoder model =
        new BlockPipeline(
                Pipeline.of(Catalog.named("rtn", Schemes.named("W8A8_S")), COMPUTE),
                Propagation.FLOAT_PREFIX)
            .run(exact, calibration, layer -> {});
    Sublayer floats = exact.block(0).attention();
    Sublayer folded = model.halves(0).get(0).folded(floats);
    FloatMatrix state = exact.embed(calibration);
    float largest = largest(floats.normed(state, COMPUTE));
    float[] before = floats.normed(state, COMPUTE).data();
    float[] after = folded.normed(state, COMPUTE).data();
    for (int i = 0; i < before.length; i++) {
      float steps = before[i] * 127 / largest;
      assertEquals(steps, after[i], 1e-5f * Math.abs(steps) + 1e-6f);
    }
    assertEquals(127, largest(folded.mixed(state, calibration.lengths(), COMPUTE)), 1e-3);
  }

  private static float largest(FloatMatrix matrix) {
    float largest = 0;
    for (float value : matrix.data()) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  @Test
  void layersThatAreLeftOutStayFloat() throws IOException {
    NameFilter downOnly = new NameFilter(List.of("*.1.mlp.down_proj"), List.of());
    List<String> heard = new ArrayList<>();
    Progress progress = (done, total, what) -> heard.add(done + "/" + total);
    Pipeline pipeline =
        new Pipeline(Catalog.awq(W2), COMPUTE, FallbackPolicy.STRICT, downOnly, progress);
    List<LayerResult> finished = new ArrayList<>();
    QuantizedDecoder model =
        new BlockPipeline(pipeline, Propagation.QUANTIZED_PREFIX)
            .run(exact, calibration, finished::add);
    assertEquals(finished, model.quantized().layers());
    assertEquals(1, finished.stream().filter(result -> result.layer().isPresent()).count());
    assertEquals("28/28", heard.get(27));
    assertEquals(1, LayerErrors.of(model, evaluation, 8, COMPUTE).size());
    assertEquals(perplexity(exact), perplexity(model), 0.3);
  }

  @Test
  void nothingChosenIsRefused() {
    NameFilter none = new NameFilter(List.of("nothing"), List.of());
    Pipeline pipeline =
        new Pipeline(Catalog.rtn(W2), COMPUTE, FallbackPolicy.STRICT, none, Progress.SILENT);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new BlockPipeline(pipeline, Propagation.FLOAT_PREFIX)
                .run(exact, calibration, layer -> {}));
  }

  @Test
  void threadsAndKernelsDoNotChangeTheCodes() throws IOException {
    TokenSequences few = TrainedModel.tokens(0, 2);
    List<short[]> expected = codes(COMPUTE, few);
    ForkJoinPool pool = new ForkJoinPool(3);
    try {
      List<short[]> other =
          codes(
              new Compute(
                  new ScalarKernels(), new CanonicalAlgebra(new ScalarKernels(), pool), pool, 0),
              few);
      for (int i = 0; i < expected.size(); i++) {
        assertTrue(Arrays.equals(expected.get(i), other.get(i)), exact.linears().get(i));
      }
    } finally {
      pool.shutdown();
    }
  }

  private List<short[]> codes(Compute compute, TokenSequences tokens) throws IOException {
    return new BlockPipeline(Pipeline.of(Catalog.halftone(W2), compute), Propagation.FLOAT_TARGETS)
        .run(exact, tokens, layer -> {}).quantized().layers().stream()
            .map(result -> result.layer().orElseThrow().branches().get(0).weight())
            .map(weight -> ((GridTensor) weight).codes().values())
            .toList();
  }
}
