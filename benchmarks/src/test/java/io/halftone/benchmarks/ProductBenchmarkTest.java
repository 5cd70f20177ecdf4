package io.halftone.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.halftone.bridges.nd4j.Nd4jMatrices;
import org.junit.jupiter.api.Test;

class ProductBenchmarkTest {
  /** A few roundings of sums of 96 products below 1. */
  private static final float TOLERANCE = 1e-4f;

  @Test
  void allComputeTheSameProduct() {
    ProductBenchmark benchmark = new ProductBenchmark();
    benchmark.size = 96;
    benchmark.threads = 2;
    benchmark.draw();
    ProductBenchmark.Arithmetic done = new ProductBenchmark.Arithmetic();

    float[] canonical = benchmark.canonical(done).data().clone();
    assertArrayEquals(canonical, benchmark.bridge(done).data(), TOLERANCE);
    assertArrayEquals(canonical, Nd4jMatrices.from(benchmark.openBlas(done)).data(), TOLERANCE);
    assertEquals(3 * 2e-9 * 96 * 96 * 96, done.gflop, 1e-12);
    benchmark.shutDown();
  }
}
