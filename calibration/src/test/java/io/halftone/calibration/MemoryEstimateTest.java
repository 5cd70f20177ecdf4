package io.halftone.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.Kernels;
import io.halftone.core.model.Block;
import io.halftone.core.model.ModelGraph;
import io.halftone.core.model.TensorInfo;
import io.halftone.core.model.TransformSite;
import io.halftone.core.model.WeightSource;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.recipe.NameFilter;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.LayerSize;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.FloatMatrix;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MemoryEstimateTest {
  private static final Recipe RECIPE =
      Recipe.of("none", Schemes.W4A16_G128).quantize(new Weightless());

  private static MemoryEstimate of(Pipeline pipeline, int out, int in, int layers) {
    List<String> names =
        java.util.stream.IntStream.range(0, layers).mapToObj(i -> "layer" + i).toList();
    List<TransformSite> sites =
        names.stream().map(name -> TransformSite.isolated(name, in, List.of(name))).toList();
    ModelGraph graph = new ModelGraph(List.of(new Block("block", names, sites)));
    return MemoryEstimate.of(
        graph, new Shapes(out, in), pipeline, Set.of(Statistics.GRAM), layers == 1 ? 1 : 2);
  }

  private static MemoryEstimate of(int out, int in, int layers) {
    return of(Pipeline.of(RECIPE, Compute.defaults()), out, in, layers);
  }

  @Test
  void statisticsAndResultsGrowWithTheLayersTheWorkingSetDoesNot() {
    MemoryEstimate one = of(300, 256, 1);
    MemoryEstimate five = of(300, 256, 5);
    assertEquals(10 * one.statistics(), five.statistics());
    assertEquals(5 * one.results(), five.results());
    assertEquals(one.quantizing(), five.quantizing());
    assertEquals(one.measuring(), five.measuring());
    assertEquals(2 * 300 * 256 + 8 * 300 * 2, one.results());
    assertTrue(one.total() > one.quantizing());
  }

  @Test
  void countsWhatTheQuantizerSays() {
    LayerSize size = new LayerSize(300, 256, 600);
    long panels = 4L * Kernels.PANEL_DEPTH * (300 + 2 * 256);
    assertEquals(
        4 * size.weights() + new Weightless().workingBytes(size) + panels,
        of(300, 256, 1).quantizing());
  }

  @Test
  void countsChosenLayersOnly() {
    NameFilter some = new NameFilter(List.of("layer1", "layer3"), List.of());
    Pipeline pipeline =
        new Pipeline(RECIPE, Compute.defaults(), FallbackPolicy.STRICT, some, Progress.SILENT);
    MemoryEstimate chosen = of(pipeline, 300, 256, 5);
    assertEquals(5 * chosen.results(), 2 * of(300, 256, 5).results());
    assertEquals(5 * chosen.statistics(), 2 * of(300, 256, 5).statistics());
  }

  @Test
  void countsBeyondTheRangeOfInts() {
    assertTrue(of(11008, 40064, 100).total() > 200L * 8 * 40064 * 40064);
  }

  /** With the bound of parts that state none. */
  private record Weightless() implements LinearQuantizer {
    @Override
    public QuantizedLinear quantize(LinearTask task, Compute compute) {
      throw new UnsupportedOperationException("only its memory is asked");
    }
  }

  private record Shapes(int out, int in) implements WeightSource {
    @Override
    public Set<String> names() {
      return Set.of();
    }

    @Override
    public TensorInfo info(String name) {
      return new TensorInfo(name, out, in);
    }

    @Override
    public FloatMatrix read(String name, int fromRow, int toRow) {
      throw new UnsupportedOperationException("only shapes");
    }

    @Override
    public float[] bias(String name) {
      return new float[0];
    }

    @Override
    public void close() {}
  }
}
