package io.halftone.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.QuantizedLinear;
import org.junit.jupiter.api.Test;

class SolverBenchmarkTest {
  @Test
  void gptqAndDescentImproveOnRoundingToNearest() {
    double nearest = error("rtn");
    double gptq = error("gptq");
    double descent = error("quantease");
    assertTrue(gptq < nearest, nearest + " -> " + gptq);
    assertTrue(descent <= gptq, gptq + " -> " + descent);
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
