package io.halftone.core.kernel;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import java.util.function.IntConsumer;

/**
 * Where an algorithm runs. Nothing in here changes a result's bits except the seed and a
 * non-canonical algebra.
 *
 * @param kernels inner loops
 * @param algebra matrix products and factorisations
 * @param pool threads
 * @param seed of every random choice
 */
public record Compute(Kernels kernels, LinearAlgebra algebra, ForkJoinPool pool, long seed) {
  /** Validates that no part is missing. */
  public Compute {
    Objects.requireNonNull(kernels, "kernels");
    Objects.requireNonNull(algebra, "algebra");
    Objects.requireNonNull(pool, "pool");
  }

  /** The best kernels of this JVM, canonical algebra, the common pool, seed 0. */
  public static Compute defaults() {
    return on(ForkJoinPool.commonPool(), 0);
  }

  /** The best kernels of this JVM and canonical algebra on the given threads. */
  public static Compute on(ForkJoinPool pool, long seed) {
    Kernels kernels = KernelLoader.load();
    return new Compute(kernels, new CanonicalAlgebra(kernels, pool), pool, seed);
  }

  /** A random stream that depends on the seed and the task's name only. */
  public SplittableRandom random(String task) {
    long state = seed;
    for (byte b : task.getBytes(StandardCharsets.UTF_8)) {
      state = (state ^ b) * 0x100000001b3L + 0x9e3779b97f4a7c15L;
    }
    return new SplittableRandom(state);
  }

  /** Runs the body for 0 ≤ index &lt; count on the pool; bodies write to disjoint places. */
  public void parallel(int count, IntConsumer body) {
    ParallelTiles.run(pool, count, body);
  }
}
