package io.halftone.benchmarks;

import io.halftone.core.kernel.Compute;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.tensor.FloatMatrix;
import java.util.List;

/** What the products W·G of some layers take, one product [out, in] x [in, in] for each. */
final class ProductTime {
  private static final int LEAST_RUNS = 5;

  /** Long enough for the compiler where products are small. */
  private static final long LEAST_NANOS = 1_000_000_000L;

  private ProductTime() {}

  /** The shortest of several runs, in seconds. */
  static double seconds(List<LinearTask> tasks, Compute compute) {
    List<FloatMatrix> squares =
        tasks.stream().map(task -> FloatMatrix.zeros(task.in(), task.in())).toList();
    long begin = System.nanoTime();
    double shortest = Double.POSITIVE_INFINITY;
    for (int run = 0; run < LEAST_RUNS || System.nanoTime() - begin < LEAST_NANOS; run++) {
      long start = System.nanoTime();
      for (int i = 0; i < tasks.size(); i++) {
        compute.algebra().multiply(tasks.get(i).weight(), squares.get(i));
      }
      shortest = Math.min(shortest, (System.nanoTime() - start) / 1e9);
    }
    return shortest;
  }
}
