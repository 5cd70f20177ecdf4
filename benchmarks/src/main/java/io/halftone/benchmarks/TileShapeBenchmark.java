package io.halftone.benchmarks;

import io.halftone.benchmarks.ProductBenchmark.Arithmetic;
import io.halftone.core.kernel.CanonicalAlgebra;
import io.halftone.core.kernel.KernelLoader;
import io.halftone.core.kernel.LinearAlgebra;
import io.halftone.core.kernel.TileShape;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
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

/**
 * The rate of the canonical product for each shape of tiles, from which {@link TileShape#MEASURED}
 * was chosen. Run with {@code -jvmArgsAppend -Dhalftone.kernels=scalar} for the scalar kernel,
 * which asks for wider tiles than the vector kernel does.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class TileShapeBenchmark {
  private static final int THREADS = 2;

  /** Rows of a tile. */
  @Param({"28", "56", "112"})
  public int rows;

  /** Columns of a tile. */
  @Param({"256", "512", "1024"})
  public int cols;

  /** Rows and columns of both factors. */
  @Param({"1024", "4096"})
  public int size;

  private ForkJoinPool pool;
  private LinearAlgebra algebra;
  private FloatMatrix left;
  private FloatMatrix right;
  private FloatMatrix product;

  /** Creates the state; JMH sets the parameters. */
  public TileShapeBenchmark() {}

  /** Starts the threads and draws the factors. */
  @Setup
  public void draw() {
    pool = new ForkJoinPool(THREADS);
    algebra = new CanonicalAlgebra(KernelLoader.load(), pool, new TileShape(rows, cols));
    SplittableRandom random = new SplittableRandom(1);
    left = SyntheticLayer.normal(random, size, size, 1);
    right = SyntheticLayer.normal(random, size, size, 1);
    product = FloatMatrix.zeros(size, size);
  }

  /** Ends the threads. */
  @TearDown
  public void shutDown() {
    pool.shutdown();
  }

  /** C ← C + A·B. */
  @Benchmark
  public FloatMatrix multiplyAdd(Arithmetic done) {
    done.addProduct(size);
    algebra.multiplyAdd(MatrixView.of(left), MatrixView.of(right), MatrixView.of(product));
    return product;
  }
}
