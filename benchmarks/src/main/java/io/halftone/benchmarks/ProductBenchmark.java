package io.halftone.benchmarks;

import io.halftone.bridges.nd4j.Nd4jAlgebra;
import io.halftone.bridges.nd4j.Nd4jMatrices;
import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.LinearAlgebra;
import io.halftone.core.tensor.FloatMatrix;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.ndarray.INDArray;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Product of two square float32 matrices: canonical, which has the same bits everywhere, beside
 * OpenBLAS, which has not.
 *
 * <p>All use all cores. Run with {@code -jvmArgsAppend -Dhalftone.kernels=scalar} for the canonical
 * product without the Vector API.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class ProductBenchmark {
  /** Rows and columns of both factors. */
  @Param({"512", "1024"})
  public int size;

  private final LinearAlgebra canonical = Compute.defaults().algebra();
  private final LinearAlgebra bridge = new Nd4jAlgebra(canonical);
  private FloatMatrix left;
  private FloatMatrix right;
  private INDArray leftArray;
  private INDArray rightArray;

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

    private void addProduct(int size) {
      gflop += 2e-9 * size * size * size;
    }
  }

  /** Draws the factors from U(-1, 1). */
  @Setup
  public void draw() {
    SplittableRandom random = new SplittableRandom(1);
    left = uniform(random);
    right = uniform(random);
    leftArray = Nd4jMatrices.to(left);
    rightArray = Nd4jMatrices.to(right);
  }

  /** Halftone's own product. */
  @Benchmark
  public FloatMatrix canonical(Arithmetic done) {
    done.addProduct(size);
    return canonical.multiply(left, right);
  }

  /** OpenBLAS on Halftone's matrices, which are copied in and out. */
  @Benchmark
  public FloatMatrix bridge(Arithmetic done) {
    done.addProduct(size);
    return bridge.multiply(left, right);
  }

  /** OpenBLAS on arrays of its own. */
  @Benchmark
  public INDArray openBlas(Arithmetic done) {
    done.addProduct(size);
    return leftArray.mmul(rightArray);
  }

  private FloatMatrix uniform(SplittableRandom random) {
    FloatMatrix matrix = FloatMatrix.zeros(size, size);
    for (int i = 0; i < matrix.data().length; i++) {
      matrix.data()[i] = (float) random.nextDouble(-1, 1);
    }
    return matrix;
  }
}
