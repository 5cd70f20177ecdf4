package io.halftone.core.algebra;

import io.halftone.core.kernel.Compute;

/** Diagonalises a tridiagonal matrix by implicitly shifted QL steps. */
final class ImplicitQl {
  private static final int MAX_STEPS = 60;
  private static final int STRIPE = 256;

  private final double[] d;
  private final double[] e;
  private final double[] basis;
  private final Compute compute;
  private final double[] cosine;
  private final double[] sine;

  private ImplicitQl(Tridiagonal matrix, Compute compute) {
    this.d = matrix.diagonal();
    this.e = matrix.beside();
    this.basis = matrix.basis().values();
    this.compute = compute;
    this.cosine = new double[d.length];
    this.sine = new double[d.length];
  }

  /**
   * The eigenvalues, in no order.
   *
   * @param matrix consumed; the rows of its basis become the eigenvectors
   */
  static double[] run(Tridiagonal matrix, Compute compute) {
    ImplicitQl ql = new ImplicitQl(matrix, compute);
    for (int l = 0; l < ql.d.length; l++) {
      ql.isolate(l);
    }
    return ql.d;
  }

  /** Steps until element l stands alone. */
  private void isolate(int l) {
    for (int step = 0; ; step++) {
      int m = end(l);
      if (m == l) {
        return;
      }
      if (step == MAX_STEPS) {
        throw new ArithmeticException(
            "eigenvalue " + l + " of " + d.length + " did not converge in " + MAX_STEPS + " steps");
      }
      step(l, m);
    }
  }

  /** The first index from l on whose neighbour to the right is negligible. */
  private int end(int l) {
    int m = l;
    while (m + 1 < d.length) {
      double size = Math.abs(d[m]) + Math.abs(d[m + 1]);
      if (Math.abs(e[m]) <= Math.ulp(1.0) * size) {
        break;
      }
      m++;
    }
    return m;
  }

  private void step(int l, int m) {
    double half = (d[l + 1] - d[l]) / (2 * e[l]);
    double root = Math.sqrt(Math.fma(half, half, 1));
    double g = d[m] - d[l] + e[l] / (half + Math.copySign(root, half));
    double s = 1;
    double c = 1;
    double p = 0;
    int i = m - 1;
    for (; i >= l; i--) {
      double f = s * e[i];
      double b = c * e[i];
      double r = length(f, g);
      e[i + 1] = r;
      if (r == 0) {
        d[i + 1] -= p;
        e[m] = 0;
        break;
      }
      s = f / r;
      c = g / r;
      g = d[i + 1] - p;
      r = (d[i] - g) * s + 2 * c * b;
      p = s * r;
      d[i + 1] = g + p;
      g = c * r - b;
      cosine[i] = c;
      sine[i] = s;
    }
    rotate(m - 1, i + 1);
    if (i < l) {
      d[l] -= p;
      e[l] = g;
      e[m] = 0;
    }
  }

  /** √(x² + y²) without overflow. */
  private static double length(double x, double y) {
    double larger = Math.max(Math.abs(x), Math.abs(y));
    if (larger == 0) {
      return 0;
    }
    double ratio = Math.min(Math.abs(x), Math.abs(y)) / larger;
    return larger * Math.sqrt(Math.fma(ratio, ratio, 1));
  }

  /** Rotates rows i and i + 1 of the basis for i from {@code last} down to {@code first}. */
  private void rotate(int last, int first) {
    int n = d.length;
    compute.parallel(
        (n + STRIPE - 1) / STRIPE,
        stripe -> {
          int from = stripe * STRIPE;
          int width = Math.min(n, from + STRIPE) - from;
          for (int i = last; i >= first; i--) {
            rotate(i * n + from, (i + 1) * n + from, width, cosine[i], sine[i]);
          }
        });
  }

  private void rotate(int upper, int lower, int width, double c, double s) {
    for (int j = 0; j < width; j++) {
      double f = basis[lower + j];
      double g = basis[upper + j];
      basis[lower + j] = s * g + c * f;
      basis[upper + j] = c * g - s * f;
    }
  }
}
