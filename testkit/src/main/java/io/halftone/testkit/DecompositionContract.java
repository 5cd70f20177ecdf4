package io.halftone.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.halftone.core.algebra.Cholesky;
import io.halftone.core.algebra.HadamardTransform;
import io.halftone.core.algebra.Qr;
import io.halftone.core.algebra.SymmetricEigen;
import io.halftone.core.algebra.TruncatedSvd;
import io.halftone.core.kernel.CanonicalAlgebra;
import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.Kernels;
import io.halftone.core.kernel.ScalarKernels;
import io.halftone.core.tensor.DoubleMatrix;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Decompositions and transforms have the bits of the scalar kernels on one thread, whatever the
 * kernels and the number of threads.
 *
 * <p>Extend it and return the kernels under test.
 */
public abstract class DecompositionContract {
  private static final int[] THREADS = {1, 2, 3, 7};

  /** For subclasses. */
  protected DecompositionContract() {}

  /** The kernels under test. */
  protected abstract Kernels kernels();

  /** L and d, and the solution of a system. */
  @ParameterizedTest
  @ValueSource(ints = {1, 17, 64, 131})
  void choleskyHasTheSameBitsEverywhere(int n) {
    SquareMatrix g = gram(n);
    DoubleMatrix b = DoubleMatrix.of(Fixtures.gaussian(new Random(2), n, 9, 1));
    sameBits(compute -> Cholesky.of(g, compute).unitLower().values());
    sameBits(compute -> Cholesky.of(g, compute).solve(b, compute).values());
  }

  /** Q and R. */
  @ParameterizedTest
  @ValueSource(ints = {1, 31, 33, 70})
  void qrHasTheSameBitsEverywhere(int n) {
    DoubleMatrix a = DoubleMatrix.of(Fixtures.gaussian(new Random(n), 2 * n + 1, n, 1));
    sameBits(compute -> Qr.of(a, compute).q().values());
    sameBits(compute -> Qr.of(a, compute).r().values());
  }

  /** Eigenvalues and eigenvectors. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 40, 97})
  void eigenHasTheSameBitsEverywhere(int n) {
    SquareMatrix g = gram(n);
    sameBits(compute -> SymmetricEigen.of(g, compute).values());
    sameBits(compute -> SymmetricEigen.of(g, compute).vectors().values());
  }

  /** Both factors of a truncated decomposition. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, 20})
  void svdHasTheSameBitsEverywhere(int rank) {
    FloatMatrix a = Fixtures.gaussian(new Random(rank), 70, 41, 1);
    sameBits(compute -> doubles(svd(a, rank, compute).u()));
    sameBits(compute -> doubles(svd(a, rank, compute).v()));
  }

  /** A transform with and without a core. */
  @ParameterizedTest
  @ValueSource(ints = {1, 64, 72, 288})
  void hadamardHasTheSameBitsEverywhere(int n) {
    FloatMatrix x = Fixtures.gaussian(new Random(n), 5, n, 1);
    sameBits(
        compute -> {
          FloatMatrix y = x.copy();
          HadamardTransform.of(n).apply(y, compute);
          return doubles(y);
        });
  }

  private static TruncatedSvd svd(FloatMatrix a, int rank, Compute compute) {
    return TruncatedSvd.of(a, rank, 2, new SplittableRandom(8), compute);
  }

  private static SquareMatrix gram(int n) {
    SquareMatrix g = SquareMatrix.zeros(n);
    Compute.defaults().algebra().addGram(Fixtures.gaussian(new Random(n), n + 20, n, 1), g);
    return g;
  }

  private static double[] doubles(FloatMatrix matrix) {
    return DoubleMatrix.of(matrix).values();
  }

  private void sameBits(Function<Compute, double[]> result) {
    double[] expected = on(new ScalarKernels(), 1, result);
    for (int threads : THREADS) {
      assertArrayEquals(expected, on(kernels(), threads, result), () -> threads + " threads");
    }
  }

  private static double[] on(Kernels kernels, int threads, Function<Compute, double[]> result) {
    ForkJoinPool pool = new ForkJoinPool(threads);
    try {
      return result.apply(new Compute(kernels, new CanonicalAlgebra(kernels, pool), pool, 0));
    } finally {
      pool.shutdown();
    }
  }
}
