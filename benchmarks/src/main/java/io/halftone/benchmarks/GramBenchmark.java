package io.halftone.benchmarks;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Accumulation of the Gram matrix of a layer's inputs; it is mirrored once, when it is read. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class GramBenchmark {
  private static final int TOKENS = 2048;

  /** Channels of the layer. */
  @Param({"1024", "4096"})
  public int channels;

  /** Threads. */
  @Param({"1", "2"})
  public int threads;

  private ForkJoinPool pool;
  private Compute compute;
  private FloatMatrix x;
  private SquareMatrix gram;

  /** Creates the state; JMH sets the parameters. */
  public GramBenchmark() {}

  /** Work done. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Work {
    /** Tokens taken in; JMH reports them per second. */
    public double tokens;

    /**
     * Multiplications and additions of the whole matrix, in billions, of which symmetry saves half;
     * JMH reports them per second.
     */
    public double gflop;

    /** Creates counters at 0. */
    public Work() {}
  }

  /** Starts the threads and draws the inputs from N(0, 1). */
  @Setup
  public void draw() {
    pool = new ForkJoinPool(threads);
    compute = Compute.on(pool, 0);
    x = SyntheticLayer.normal(new SplittableRandom(1), TOKENS, channels, 1);
    gram = SquareMatrix.zeros(channels);
  }

  /** Ends the threads. */
  @TearDown
  public void shutDown() {
    pool.shutdown();
  }

  /** Adds 2048 tokens. */
  @Benchmark
  public SquareMatrix add(Work done) {
    done.tokens += TOKENS;
    done.gflop += 2e-9 * TOKENS * channels * channels;
    compute.algebra().addUpperGram(x, gram);
    return gram;
  }
}
