package io.halftone.calibration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.model.Absorbs;
import io.halftone.core.model.Block;
import io.halftone.core.model.ModelGraph;
import io.halftone.core.model.TensorInfo;
import io.halftone.core.model.TransformSite;
import io.halftone.core.model.WeightSource;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridRounding;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.recipe.NameFilter;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.recipe.Step;
import io.halftone.core.report.LayerReport;
import io.halftone.core.report.Reports;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.spi.SiteTask;
import io.halftone.core.spi.TransformFitter;
import io.halftone.core.stats.ActivationBatch;
import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.Diagonal;
import io.halftone.core.transform.EquivalentTransform;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PipelineTest {
  private static final int IN = 64;
  private static final int TOKENS = 200;
  private static final Compute COMPUTE = Compute.defaults();

  private final FloatMatrix x = random(TOKENS, IN, 1);
  private final TransformSite shared = site("x", Absorbs.DIAGONAL, List.of("q", "k"));
  private final TransformSite alone = site("h", Absorbs.NOTHING, List.of("o"));
  private final ModelGraph graph =
      new ModelGraph(List.of(new Block("b", List.of("q", "k", "o"), List.of(shared, alone))));
  private final Weights weights =
      new Weights(Map.of("q", random(16, IN, 2), "k", random(24, IN, 3), "o", random(8, IN, 4)));

  /** Plain rounding on a fixed symmetric grid per row. */
  record Rounding() implements LinearQuantizer {
    @Override
    public QuantizedLinear quantize(LinearTask task, Compute compute) {
      float[] scale = new float[task.out()];
      for (int r = 0; r < scale.length; r++) {
        for (int c = 0; c < task.in(); c++) {
          scale[r] = Math.max(scale[r], Math.abs(task.weight().get(r, c)) / 127);
        }
      }
      Grid grid = new Grid(task.layout(), scale, new float[scale.length]);
      Codes codes = GridRounding.codes(task.scheme().weight(), grid, task.weight(), compute);
      return task.single(grid, codes, new Outcome.DataFree());
    }
  }

  /** Fails as a solver does on a Gram matrix it cannot factor. */
  record Failing() implements LinearQuantizer {
    @Override
    public QuantizedLinear quantize(LinearTask task, Compute compute) {
      throw new QuantizationException(task.name(), "singular");
    }
  }

  /** Scales every channel by its index. */
  record Ramp() implements TransformFitter {
    @Override
    public EquivalentTransform fit(SiteTask task, Compute compute) {
      float[] factor = new float[task.site().size()];
      for (int c = 0; c < factor.length; c++) {
        factor[c] = 0.5f + c / (float) factor.length;
      }
      return new Diagonal(factor);
    }

    @Override
    public Set<Statistic<?>> requires() {
      return Set.of(Statistics.GRAM);
    }
  }

  private static FloatMatrix random(int rows, int cols, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    FloatMatrix matrix = FloatMatrix.zeros(rows, cols);
    for (int i = 0; i < matrix.data().length; i++) {
      matrix.data()[i] = (float) (random.nextDouble() * 2 - 1);
    }
    return matrix;
  }

  private static TransformSite site(String id, Absorbs absorbs, List<String> consumers) {
    return new TransformSite(id, IN, consumers, List.of("norm"), absorbs, 1);
  }

  private ActivationSource source() {
    return (sites, consumer) -> {
      for (int from = 0; from < TOKENS; from += 50) {
        for (String site : sites) {
          consumer.accept(site, ActivationBatch.of(x.rows(from, from + 50)));
        }
      }
    };
  }

  private SiteStatistics statistics() throws IOException {
    return SiteStatistics.collect(graph, source(), Reports.requires(), COMPUTE);
  }

  private Recipe recipe() {
    return Recipe.of("test", Schemes.W8A16).fit(new Ramp()).quantize(new Rounding());
  }

  @Test
  void foldsWhereTheProducerAbsorbsAndStaysOnlineElsewhere() throws IOException {
    QuantizedModel model = Pipeline.of(recipe(), COMPUTE).run(weights, graph, statistics());
    assertEquals(
        List.of(Placement.FOLDED, Placement.ONLINE),
        model.sites().stream().map(FittedSite::placement).toList());
    assertTrue(model.layers().get(0).layer().orElseThrow().online().isIdentity());
    assertInstanceOf(Diagonal.class, model.layers().get(2).layer().orElseThrow().online());
  }

  @Test
  void aLayerRoundedInAFittedBasisCountsAsCalibrated() throws IOException {
    QuantizedModel model = Pipeline.of(recipe(), COMPUTE).run(weights, graph, statistics());
    assertEquals(new Outcome.Calibrated(), model.layers().get(0).outcome());
    Recipe plain = Recipe.of("plain", Schemes.W8A16).quantize(new Rounding());
    QuantizedModel rounded = Pipeline.of(plain, COMPUTE).run(weights, graph, statistics());
    assertEquals(new Outcome.DataFree(), rounded.layers().get(0).outcome());
  }

  @Test
  void aTransformLeavesTheOutputAloneWhetherFoldedOrOnline() throws IOException {
    QuantizedModel model = Pipeline.of(recipe(), COMPUTE).run(weights, graph, statistics());
    for (LayerResult result : model.layers()) {
      FittedSite site = model.siteOf(result.name());
      QuantizedLinear layer = result.layer().orElseThrow();
      FloatMatrix input =
          site.placement() == Placement.FOLDED ? site.transform().applyToInput(x) : x;
      FloatMatrix expected = COMPUTE.algebra().multiplyTransposed(x, weights.read(result.name()));
      FloatMatrix got = layer.apply(input, COMPUTE.algebra());
      assertTrue(relativeError(expected, got) < 1e-4, result.name() + " at 8 bits");
    }
  }

  @Test
  void measuresFoldedAndOnlineLayersOnTheSameScale() throws IOException {
    QuantizedModel model = Pipeline.of(recipe(), COMPUTE).run(weights, graph, statistics());
    List<LayerReport> reports = Evaluation.reports(model, weights, statistics(), COMPUTE);
    for (int i = 0; i < reports.size(); i++) {
      LayerResult result = model.layers().get(i);
      FittedSite site = model.siteOf(result.name());
      FloatMatrix input =
          site.placement() == Placement.FOLDED ? site.transform().applyToInput(x) : x;
      double naive =
          relativeError(
              COMPUTE.algebra().multiplyTransposed(x, weights.read(result.name())),
              result.layer().orElseThrow().apply(input, COMPUTE.algebra()));
      assertEquals(naive, reports.get(i).outputRelativeError(), 0.02 * naive, result.name());
    }
  }

  @Test
  void layersThatAreNotChosenAreSkippedWithTheReasonAndTheirSiteKeepsItsBasis() throws IOException {
    Pipeline pipeline =
        new Pipeline(
            recipe(),
            COMPUTE,
            FallbackPolicy.STRICT,
            new NameFilter(List.of(), List.of("k")),
            Progress.SILENT);
    QuantizedModel model = pipeline.run(weights, graph, statistics());
    assertInstanceOf(Outcome.Skipped.class, model.layers().get(1).outcome());
    assertEquals(
        Placement.NONE, model.siteOf("q").placement(), "k still reads the untransformed tensor");
    assertEquals(2, Evaluation.reports(model, weights, statistics(), COMPUTE).size());
  }

  @Test
  void aFailingLayerStopsTheRunUnlessAFallbackIsAllowed() throws IOException {
    Recipe failing = Recipe.of("failing", Schemes.W8A16).quantize(new Failing());
    SiteStatistics statistics = statistics();
    QuantizationException failure =
        assertThrows(
            QuantizationException.class,
            () -> Pipeline.of(failing, COMPUTE).run(weights, graph, statistics));
    assertEquals("q", failure.layer());
    Pipeline lenient =
        new Pipeline(
            failing,
            COMPUTE,
            FallbackPolicy.allow("rounding", new Rounding()),
            NameFilter.ALL,
            Progress.SILENT);
    Outcome outcome = lenient.run(weights, graph, statistics).layers().get(0).outcome();
    assertEquals(new Outcome.Fallback("rounding", "layer q: singular"), outcome);
  }

  @Test
  void aModelWithoutLinearsIsRefused() throws IOException {
    ModelGraph empty = new ModelGraph(List.of());
    SiteStatistics statistics = statistics();
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> Pipeline.of(recipe(), COMPUTE).run(weights, empty, statistics));
    assertTrue(refusal.getMessage().contains("no linear layer"), refusal.getMessage());
  }

  @Test
  void theFirstStepThatChoosesALayerQuantizesIt() throws IOException {
    Recipe mixed =
        Recipe.of("mixed", Schemes.W8A16)
            .then(
                new Step.QuantizeLinears(
                    new Failing(), new NameFilter(List.of("absent*"), List.of())))
            .quantize(new Rounding());
    QuantizedModel model = Pipeline.of(mixed, COMPUTE).run(weights, graph, statistics());
    assertEquals(3, model.layers().stream().filter(result -> result.layer().isPresent()).count());
  }

  @Test
  void anInfiniteActivationIsNamedBySiteTokenChannelAndValue() {
    x.set(60, 5, Float.POSITIVE_INFINITY);
    QuantizationException failure = assertThrows(QuantizationException.class, this::statistics);
    assertTrue(
        failure.getMessage().contains("layer x: activation of token 60, channel 5 is Infinity"),
        failure.getMessage());
  }

  @Test
  void aNanWeightIsNamedByLayerRowAndColumn() throws IOException {
    weights.byName.get("k").set(3, 7, Float.NaN);
    SiteStatistics statistics = statistics();
    QuantizationException failure =
        assertThrows(
            QuantizationException.class,
            () -> Pipeline.of(recipe(), COMPUTE).run(weights, graph, statistics));
    assertTrue(
        failure.getMessage().contains("layer k: weight at row 3, column 7 is NaN"),
        failure.getMessage());
  }

  @Test
  void aSiteWithoutTokensIsRefused() {
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                SiteStatistics.collect(
                    graph, (sites, consumer) -> {}, Reports.requires(), COMPUTE));
    assertTrue(refusal.getMessage().contains("saw no token"), refusal.getMessage());
  }

  @Test
  void aSingleWeightIsQuantizedFromCode() {
    QuantizedLinear layer = Quantize.linear("o", weights.byName.get("o"), x, recipe());
    assertTrue(Reports.compare(layer, weights.byName.get("o"), x).outputRelativeError() < 1e-4);
    assertArrayEquals(new int[] {8, IN}, new int[] {layer.out(), layer.in()});
  }

  private static double relativeError(FloatMatrix expected, FloatMatrix got) {
    double error = 0;
    double signal = 0;
    for (int i = 0; i < expected.data().length; i++) {
      error += Math.pow(expected.data()[i] - got.data()[i], 2);
      signal += Math.pow(expected.data()[i], 2);
    }
    return error / signal;
  }

  private static final class Weights implements WeightSource {
    private final Map<String, FloatMatrix> byName;

    Weights(Map<String, FloatMatrix> byName) {
      this.byName = new LinkedHashMap<>(byName);
    }

    @Override
    public Set<String> names() {
      return byName.keySet();
    }

    @Override
    public TensorInfo info(String name) {
      return new TensorInfo(name, byName.get(name).rows(), byName.get(name).cols());
    }

    @Override
    public FloatMatrix read(String name, int fromRow, int toRow) {
      return byName.get(name).rows(fromRow, toRow);
    }

    @Override
    public float[] bias(String name) {
      return new float[0];
    }

    @Override
    public void close() {}
  }
}
