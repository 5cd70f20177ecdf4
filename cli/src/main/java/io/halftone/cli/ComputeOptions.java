package io.halftone.cli;

import io.halftone.core.kernel.Compute;
import java.util.concurrent.ForkJoinPool;
import picocli.CommandLine.Option;

/** Where a command computes. */
final class ComputeOptions {
  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Threads to use (default: all cores). The result has the same bytes for every number.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Seed of every random choice (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  private long seed;

  int threads() {
    if (threads < 1) {
      throw new InputException("--threads is " + threads + ", must be at least 1");
    }
    return threads;
  }

  long seed() {
    return seed;
  }

  Compute compute() {
    return Compute.on(new ForkJoinPool(threads()), seed);
  }
}
