package io.halftone.core.algebra;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.DoubleMatrix;
import io.halftone.core.tensor.SquareMatrix;

/**
 * A = Bᵀ·T·B with B orthogonal and T tridiagonal.
 *
 * @param diagonal of T, n values
 * @param beside the diagonal: T[i + 1, i], n values, the last 0
 * @param basis B [n, n]
 */
record Tridiagonal(double[] diagonal, double[] beside, DoubleMatrix basis) {
  private static final int STRIPE = 512;

  /** Reduces a symmetric matrix by reflections, one column after another. */
  static Tridiagonal of(SquareMatrix a, Compute compute) {
    int n = a.size();
    double[] work = a.values().clone();
    double[] tau = new double[n];
    double[] beside = new double[n];
    for (int k = 0; k + 1 < n; k++) {
      int row = k * n;
      tau[k] = reflector(work, row + k + 1, row + n);
      beside[k] = work[row + k + 1];
      if (tau[k] != 0) {
        work[row + k + 1] = 1;
        update(work, n, k, tau[k], compute);
      }
    }
    double[] diagonal = new double[n];
    for (int i = 0; i < n; i++) {
      diagonal[i] = work[i * n + i];
    }
    return new Tridiagonal(diagonal, beside, basis(work, tau, n, compute));
  }

  /**
   * Turns x into the vector of a reflection, whose first element, 1, is not written: there stands
   * what the reflection leaves of x.
   *
   * @return τ of I − τ·v·vᵀ
   */
  private static double reflector(double[] x, int from, int to) {
    double largest = 0;
    for (int i = from; i < to; i++) {
      largest = Math.max(largest, Math.abs(x[i]));
    }
    double tail = 0;
    for (int i = from + 1; i < to; i++) {
      double scaled = x[i] / largest;
      tail = Math.fma(scaled, scaled, tail);
    }
    if (largest == 0 || tail == 0) {
      return 0;
    }
    double alpha = x[from] / largest;
    double beta = -Math.copySign(Math.sqrt(Math.fma(alpha, alpha, tail)), alpha);
    for (int i = from + 1; i < to; i++) {
      x[i] = x[i] / largest / (alpha - beta);
    }
    x[from] = beta * largest;
    return (beta - alpha) / beta;
  }

  /** S ← H·S·H for the part S of the matrix right of and below k; its vector stands in row k. */
  private static void update(double[] work, int n, int k, double tau, Compute compute) {
    int first = k + 1;
    int vector = k * n;
    double[] p = new double[n];
    stripes(
        first,
        n,
        compute,
        (from, width) -> {
          for (int j = first; j < n; j++) {
            compute.kernels().axpy(tau * work[vector + j], work, j * n + from, p, from, width);
          }
        });
    double along = 0;
    for (int j = first; j < n; j++) {
      along = Math.fma(p[j], work[vector + j], along);
    }
    for (int j = first; j < n; j++) {
      p[j] = Math.fma(-0.5 * tau * along, work[vector + j], p[j]);
    }
    compute.parallel(
        n - first,
        r -> {
          int row = (first + r) * n;
          double v = work[vector + first + r];
          double w = p[first + r];
          compute.kernels().axpy(-v, p, first, work, row + first, n - first);
          compute.kernels().axpy(-w, work, vector + first, work, row + first, n - first);
        });
  }

  /** B: the reflections one after another, the last applied first. */
  private static DoubleMatrix basis(double[] work, double[] tau, int n, Compute compute) {
    double[] q = DoubleMatrix.identity(n).values();
    for (int reflection = n - 2; reflection >= 0; reflection--) {
      int k = reflection;
      int first = k + 1;
      int vector = k * n;
      if (tau[k] == 0) {
        continue;
      }
      work[vector + first] = 1;
      stripes(
          first,
          n,
          compute,
          (from, width) -> {
            double[] along = new double[width];
            for (int j = first; j < n; j++) {
              compute.kernels().axpy(work[vector + j], q, j * n + from, along, 0, width);
            }
            for (int j = first; j < n; j++) {
              double factor = -tau[k] * work[vector + j];
              compute.kernels().axpy(factor, along, 0, q, j * n + from, width);
            }
          });
    }
    double[] transposed = new double[q.length];
    compute.parallel(
        n,
        i -> {
          for (int j = 0; j < n; j++) {
            transposed[i * n + j] = q[j * n + i];
          }
        });
    return new DoubleMatrix(n, n, transposed);
  }

  private interface Stripe {
    void run(int from, int width);
  }

  private static void stripes(int from, int to, Compute compute, Stripe stripe) {
    compute.parallel(
        (to - from + STRIPE - 1) / STRIPE,
        s -> {
          int start = from + s * STRIPE;
          stripe.run(start, Math.min(to, start + STRIPE) - start);
        });
  }
}
