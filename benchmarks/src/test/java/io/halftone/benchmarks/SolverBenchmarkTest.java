package io.halftone.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.QuantizedLinear;
import java.util.List;
import org.junit.jupiter.api.Test;

class SolverBenchmarkTest {
  @Test
  void gptqAndDescentImproveOnRoundingToNearest() {
    double nearest = error("rtn");
    double gptq = error("gptq");
    double descent = error("quantease");
    double searched = error("gptq-searched");
    assertTrue(gptq < nearest, nearest + " -> " + gptq);
    assertTrue(searched < nearest, nearest + " -> " + searched);
    assertTrue(descent <= gptq, gptq + " -> " + descent);
  }

  @Test
  void refusesATableOfWhatIsNoParameter() {
    String[] args = {"shapes=24x64"};
    Exception e = assertThrows(IllegalArgumentException.class, () -> SolverTable.main(args));
    assertTrue(e.getMessage().startsWith("shapes=24x64"), e.getMessage());
  }

  /** Six blocks of stories15M, 5,971,968 weights in 42 layers. */
  @Test
  void quantizesAllLayersOfAModel() {
    ModelBenchmark benchmark = new ModelBenchmark();
    benchmark.sweeps = ModelBenchmark.Sweeps.DESCENT;
    benchmark.prepare();
    List<QuantizedLinear> layers = benchmark.quantize();
    assertEquals(42, layers.size());
    assertEquals(5_971_968, layers.stream().mapToInt(layer -> layer.out() * layer.in()).sum());
  }

  private static double error(String recipe) {
    SolverBenchmark benchmark = new SolverBenchmark();
    benchmark.recipe = recipe;
    benchmark.shape = "24x64";
    benchmark.scheme = "W3A16_G32";
    benchmark.prepare();
    QuantizedLinear layer = benchmark.quantize();
    assertEquals(24, layer.out());
    return benchmark.report().outputRelativeError();
  }

  @Test
  void layersAreTheSameInEveryRun() {
    SyntheticLayer once = SyntheticLayer.of(3, 16, 40, Compute.defaults());
    SyntheticLayer again = SyntheticLayer.of(3, 16, 40, Compute.defaults());
    assertArrayEquals(once.x().data(), again.x().data());
    assertArrayEquals(once.weight().data(), again.weight().data());
  }
}
