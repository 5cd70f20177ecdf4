package io.halftone.calibration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.model.Block;
import io.halftone.core.model.ModelGraph;
import io.halftone.core.model.TensorInfo;
import io.halftone.core.model.TransformSite;
import io.halftone.core.model.WeightSource;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.tensor.FloatMatrix;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MemoryEstimateTest {
  private static final Recipe RECIPE = Recipe.of("none", Schemes.W4A16_G128);

  private static MemoryEstimate of(int out, int in, int layers, int collections) {
    List<String> names =
        java.util.stream.IntStream.range(0, layers).mapToObj(i -> "layer" + i).toList();
    List<TransformSite> sites =
        names.stream().map(name -> TransformSite.isolated(name, in, List.of(name))).toList();
    ModelGraph graph = new ModelGraph(List.of(new Block("block", names, sites)));
    return MemoryEstimate.of(graph, new Shapes(out, in), RECIPE, collections);
  }

  @Test
  void statisticsAndResultsGrowWithTheLayersTheWorkingSetDoesNot() {
    MemoryEstimate one = of(300, 200, 1, 1);
    MemoryEstimate five = of(300, 200, 5, 2);
    assertEquals(10 * one.statistics(), five.statistics());
    assertEquals(5 * one.results(), five.results());
    assertEquals(one.working(), five.working());
    assertEquals(2 * 300 * 200, one.results());
    assertTrue(one.total() > one.working());
  }

  @Test
  void countsBeyondTheRangeOfInts() {
    assertTrue(of(11008, 40000, 100, 2).total() > 200L * 8 * 40000 * 40000);
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
