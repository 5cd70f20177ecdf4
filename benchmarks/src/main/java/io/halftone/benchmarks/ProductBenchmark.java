package io.halftone.benchmarks;

import io.halftone.bridges.nd4j.Nd4jAlgebra;
import io.halftone.bridges.nd4j.Nd4jMatrices;
import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.LinearAlgebra;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
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

/**
 * Product of two square float32 matrices: canonical, which has the same bits everywhere, beside
 * OpenBLAS, which has not.
 *
 * <p>Each writes into a matrix that is there already. The ratio of two {@code gflop} of the same
 * size and threads is the comparison. Run with {@code -jvmArgsAppend -Dhalftone.kernels=scalar} for
 * the canonical product without the Vector API.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class ProductBenchmark {
  /** Rows and columns of both factors. */
  @Param({"512", "1024", "2048", "4096"})
  public int size;

  /** Threads of either. */
  @Param({"1", "2"})
  public int threads;

  private ForkJoinPool pool;
  private LinearAlgebra canonical;
  private LinearAlgebra bridge;
  private FloatMatrix left;
  private FloatMatrix right;
  private INDArray leftArray;
  private INDArray rightArray;
  private FloatMatrix product;
  private INDArray productArray;

  /** Creates the state; JMH sets the parameters. */
  public ProductBenchmark() {}

  /** Arithmetic done. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Arithmetic {
    /** Multiplications and additions, in billions; JMH reports them per second. */
    public double gflop;

    /** Creates a counter at 0. */
    public Arithmetic() {}

    void addProduct(int size) {
      gflop += 2e-9 * size * size * size;
    }
  }

  /** Starts the threads and draws the factors from N(0, 1). */
  @Setup
  public void draw() {
    pool = new ForkJoinPool(threads);
    canonical = Compute.on(pool, 0).algebra();
    bridge = new Nd4jAlgebra(canonical);
    Nd4j.factory().blas().setMaxThreads(threads);
    SplittableRandom random = new SplittableRandom(1);
    left = SyntheticLayer.normal(random, size, size, 1);
    right = SyntheticLayer.normal(random, size, size, 1);
    leftArray = Nd4jMatrices.to(left);
    rightArray = Nd4jMatrices.to(right);
    product = FloatMatrix.zeros(size, size);
    productArray = Nd4j.create(new long[] {size, size}, 'f');
  }

  /** Ends the threads. */
  @TearDown
  public void shutDown() {
    pool.shutdown();
  }

  /** Halftone's own product. */
  @Benchmark
  public FloatMatrix canonical(Arithmetic done) {
    done.addProduct(size);
    return multiply(canonical);
  }

  /** OpenBLAS on Halftone's matrices, which are copied in and out. */
  @Benchmark
  public FloatMatrix bridge(Arithmetic done) {
    done.addProduct(size);
    return multiply(bridge);
  }

  /** OpenBLAS on arrays of its own. */
  @Benchmark
  public INDArray openBlas(Arithmetic done) {
    done.addProduct(size);
    return leftArray.mmuli(rightArray, productArray);
  }

  private FloatMatrix multiply(LinearAlgebra algebra) {
    Arrays.fill(product.data(), 0);
    algebra.multiplyAdd(MatrixView.of(left), MatrixView.of(right), MatrixView.of(product));
    return product;
  }
}
