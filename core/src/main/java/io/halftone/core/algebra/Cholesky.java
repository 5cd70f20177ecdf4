package io.halftone.core.algebra;

import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.DoubleView;
import io.halftone.core.kernel.NotPositiveDefiniteException;
import io.halftone.core.kernel.UnitUpperFactor;
import io.halftone.core.tensor.DoubleMatrix;
import io.halftone.core.tensor.SquareMatrix;
import java.util.stream.IntStream;

/**
 * G = L·diag(d)·Lᵀ of a symmetric positive definite matrix, L unit lower triangular, in double.
 *
 * <p>The blocked factorisation behind {@link io.halftone.core.kernel.LinearAlgebra#factor} does the
 * work, on the matrix with rows and columns reversed. Cost n³/3 operations, memory n² doubles.
 *
 * @param unitLower L, ones on the diagonal, zeros above it
 * @param diagonal d, n positive values
 */
public record Cholesky(SquareMatrix unitLower, double[] diagonal) {
  private static final int BLOCK = 64;

  /**
   * Factors a matrix.
   *
   * @param g [n, n], symmetric, read
   * @throws NotPositiveDefiniteException at the first pivot that is not a positive normal number
   */
  public static Cholesky of(SquareMatrix g, Compute compute) {
    int n = g.size();
    int[] reversed = IntStream.range(0, n).map(i -> n - 1 - i).toArray();
    UnitUpperFactor factor = compute.algebra().factor(g, reversed, 0);
    SquareMatrix lower = SquareMatrix.zeros(n);
    double[] diagonal = new double[n];
    compute.parallel(
        n,
        i -> {
          diagonal[i] = factor.diagonal()[n - 1 - i];
          for (int j = 0; j <= i; j++) {
            lower.values()[i * n + j] = factor.get(n - 1 - i, n - 1 - j);
          }
        });
    return new Cholesky(lower, diagonal);
  }

  /** Cholesky's factor C = L·√d of G = C·Cᵀ, lower triangular. */
  public SquareMatrix lower() {
    int n = diagonal.length;
    SquareMatrix lower = unitLower.copy();
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        lower.values()[i * n + j] *= Math.sqrt(diagonal[j]);
      }
    }
    return lower;
  }

  /**
   * G⁻¹·B. Cost 2·n²·m operations.
   *
   * @param b [n, m], read
   * @return [n, m], a new matrix
   * @throws IllegalArgumentException if b has another number of rows
   */
  public DoubleMatrix solve(DoubleMatrix b, Compute compute) {
    int n = diagonal.length;
    if (b.rows() != n) {
      throw new IllegalArgumentException("b has " + b.rows() + " rows, the factor has " + n);
    }
    DoubleMatrix x = b.copy();
    DoubleView negated = negatedLower(compute);
    forward(negated, x, compute);
    compute.parallel(
        n,
        i -> {
          for (int j = 0; j < x.cols(); j++) {
            x.values()[i * x.cols() + j] /= diagonal[i];
          }
        });
    backward(negated, x, compute);
    return x;
  }

  /** G⁻¹, symmetric to rounding. Cost 2·n³ operations. */
  public SquareMatrix inverse(Compute compute) {
    DoubleMatrix inverse = solve(DoubleMatrix.identity(diagonal.length), compute);
    return new SquareMatrix(diagonal.length, inverse.values());
  }

  private DoubleView negatedLower(Compute compute) {
    int n = diagonal.length;
    double[] negated = new double[unitLower.values().length];
    compute.parallel(
        n,
        i -> {
          for (int j = i * n; j < i * n + i; j++) {
            negated[j] = -unitLower.values()[j];
          }
        });
    return new DoubleView(negated, 0, n, n, n);
  }

  /** X ← L⁻¹·X, block by block of rows. */
  private static void forward(DoubleView negated, DoubleMatrix x, Compute compute) {
    int n = x.rows();
    DoubleView all = new DoubleView(x.values(), 0, x.cols(), n, x.cols());
    for (int from = 0; from < n; from += BLOCK) {
      int first = from;
      int to = Math.min(n, from + BLOCK);
      new DoubleProduct(compute)
          .multiplyAdd(
              DoubleProduct.window(negated, from, to, 0, from),
              DoubleProduct.window(all, 0, from, 0, x.cols()),
              DoubleProduct.window(all, from, to, 0, x.cols()));
      stripes(
          x,
          compute,
          (col, width) -> {
            for (int i = first + 1; i < to; i++) {
              for (int k = first; k < i; k++) {
                addRow(negated.data()[i * n + k], x, k, i, col, width, compute);
              }
            }
          });
    }
  }

  /** X ← L⁻ᵀ·X, block by block of rows, from the last. */
  private static void backward(DoubleView negated, DoubleMatrix x, Compute compute) {
    int n = x.rows();
    DoubleView all = new DoubleView(x.values(), 0, x.cols(), n, x.cols());
    for (int start = (n - 1) / BLOCK * BLOCK; start >= 0; start -= BLOCK) {
      int from = start;
      int to = Math.min(n, from + BLOCK);
      new DoubleProduct(compute)
          .transposedMultiplyAdd(
              DoubleProduct.window(negated, to, n, from, to),
              DoubleProduct.window(all, to, n, 0, x.cols()),
              DoubleProduct.window(all, from, to, 0, x.cols()));
      stripes(
          x,
          compute,
          (col, width) -> {
            for (int i = to - 2; i >= from; i--) {
              for (int k = i + 1; k < to; k++) {
                addRow(negated.data()[k * n + i], x, k, i, col, width, compute);
              }
            }
          });
    }
  }

  private interface Stripe {
    void run(int col, int width);
  }

  /** Runs over stripes of columns that stay in the first-level cache. */
  private static void stripes(DoubleMatrix x, Compute compute, Stripe stripe) {
    compute.parallel(
        (x.cols() + BLOCK - 1) / BLOCK,
        s -> stripe.run(s * BLOCK, Math.min(x.cols(), (s + 1) * BLOCK) - s * BLOCK));
  }

  private static void addRow(
      double factor, DoubleMatrix x, int from, int to, int col, int width, Compute compute) {
    int cols = x.cols();
    compute
        .kernels()
        .axpy(factor, x.values(), from * cols + col, x.values(), to * cols + col, width);
  }
}
