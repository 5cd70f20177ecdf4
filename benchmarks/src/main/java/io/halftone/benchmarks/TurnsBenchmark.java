package io.halftone.benchmarks;

import io.halftone.bridges.nd4j.Nd4jMatrices;
import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import io.halftone.core.tensor.SquareMatrix;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * The canonical product, OpenBLAS's and a Gram matrix in turns, in one JVM: their ratios hold where
 * the machine's speed changes from one second to the next. The benchmark's own time is that of a
 * turn of all three, with a rest for OpenBLAS's threads to end and products until the cores are
 * awake.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 10)
@Measurement(iterations = 1, time = 30)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class TurnsBenchmark {
  private static final int TOKENS = 2048;

  /** After a product OpenBLAS's threads keep their cores busy for some 2²⁶ cycles. */
  private static final long REST_MILLIS = 60;

  /** After a rest cores take a while to run at their full speed. */
  private static final double WAKING_SECONDS = 0.1;

  /** Rows and columns of both factors, channels of the Gram matrix. */
  @Param({"1024", "2048", "4096"})
  public int size;

  /** Threads of each. */
  @Param({"1", "2"})
  public int threads;

  private final DescriptiveStatistics productSeconds = new DescriptiveStatistics();
  private final DescriptiveStatistics productToOpenBlas = new DescriptiveStatistics();
  private final DescriptiveStatistics gramToProduct = new DescriptiveStatistics();
  private ForkJoinPool pool;
  private Compute compute;
  private FloatMatrix left;
  private FloatMatrix right;
  private FloatMatrix product;
  private INDArray leftArray;
  private INDArray rightArray;
  private INDArray productArray;
  private FloatMatrix tokens;
  private SquareMatrix gram;

  /** Creates the state; JMH sets the parameters. */
  public TurnsBenchmark() {}

  /** Medians over the turns. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Medians {
    /** Billions of multiplications and additions per second of the canonical product. */
    public double productGflops;

    /** Rate of the canonical product over that of OpenBLAS, of each turn. */
    public double productToOpenBlas;

    /** Useful rate of the Gram matrix, half of XᵀX, over that of the canonical product. */
    public double gramToProduct;

    /** Creates counters at 0. */
    public Medians() {}
  }

  /** Starts the threads and draws factors and tokens from N(0, 1). */
  @Setup
  public void draw() {
    pool = new ForkJoinPool(threads);
    compute = Compute.on(pool, 0);
    Nd4j.factory().blas().setMaxThreads(threads);
    SplittableRandom random = new SplittableRandom(1);
    left = SyntheticLayer.normal(random, size, size, 1);
    right = SyntheticLayer.normal(random, size, size, 1);
    tokens = SyntheticLayer.normal(random, TOKENS, size, 1);
    product = FloatMatrix.zeros(size, size);
    leftArray = Nd4jMatrices.to(left);
    rightArray = Nd4jMatrices.to(right);
    productArray = Nd4j.create(new long[] {size, size}, 'f');
    gram = SquareMatrix.zeros(size);
  }

  /** Forgets the turns before, such as those of the warm-up. */
  @Setup(Level.Iteration)
  public void forget() {
    productSeconds.clear();
    productToOpenBlas.clear();
    gramToProduct.clear();
  }

  /** One turn. */
  @Benchmark
  public void turn() throws InterruptedException {
    for (double waking = 0; waking < WAKING_SECONDS; ) {
      waking += seconds(this::multiply);
    }
    double canonical = seconds(this::multiply);
    double accumulation = seconds(() -> compute.algebra().addUpperGram(tokens, gram));
    double openBlas = seconds(() -> leftArray.mmuli(rightArray, productArray));
    Thread.sleep(REST_MILLIS);
    double work = TOKENS * (size + 1.0) / (2.0 * size * size);
    productSeconds.addValue(canonical);
    productToOpenBlas.addValue(openBlas / canonical);
    gramToProduct.addValue(work * canonical / accumulation);
  }

  private void multiply() {
    Arrays.fill(product.data(), 0);
    compute
        .algebra()
        .multiplyAdd(MatrixView.of(left), MatrixView.of(right), MatrixView.of(product));
  }

  private static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  /** Takes the medians; JMH adds up events over iterations, so each contributes its share. */
  @TearDown(Level.Iteration)
  public void measure(Medians medians, BenchmarkParams run) {
    double shares = run.getMeasurement().getCount();
    double arithmetic = 2e-9 * size * size * size;
    medians.productGflops = arithmetic / productSeconds.getPercentile(50) / shares;
    medians.productToOpenBlas = productToOpenBlas.getPercentile(50) / shares;
    medians.gramToProduct = gramToProduct.getPercentile(50) / shares;
  }

  /** Ends the threads. */
  @TearDown
  public void shutDown() {
    pool.shutdown();
  }
}
