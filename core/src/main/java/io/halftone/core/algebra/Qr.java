package io.halftone.core.algebra;

import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.DoubleView;
import io.halftone.core.tensor.DoubleMatrix;

/**
 * A = Q·R by Householder reflections, Q with orthonormal columns, R upper triangular with a
 * diagonal that is not negative.
 *
 * <p>Reflections are gathered into blocks I − V·T·Vᵀ, so that products do the work. Cost about
 * 4·m·n² operations, memory two copies of A. With full column rank the factors are unique, hence Q
 * of a matrix of normal values is uniform among orthogonal matrices.
 *
 * @param q [m, n]
 * @param r [n, n]
 * @see <a href="https://doi.org/10.1137/0910005">Schreiber and Van Loan, A storage-efficient WY
 *     representation, 1989</a>
 */
public record Qr(DoubleMatrix q, DoubleMatrix r) {
  private static final int BLOCK = 32;

  /**
   * Factors a matrix.
   *
   * @param a [m, n] with m ≥ n, read
   * @throws IllegalArgumentException if a has more columns than rows
   */
  public static Qr of(DoubleMatrix a, Compute compute) {
    if (a.rows() < a.cols()) {
      throw new IllegalArgumentException(
          "a is " + a.rows() + " x " + a.cols() + ", must not have more columns than rows");
    }
    DoubleMatrix work = a.copy();
    int n = a.cols();
    Reflections[] blocks = new Reflections[(n + BLOCK - 1) / BLOCK];
    for (int b = 0; b < blocks.length; b++) {
      int from = b * BLOCK;
      int to = Math.min(n, from + BLOCK);
      blocks[b] = Reflections.eliminate(work, from, to);
      blocks[b].applyTransposed(view(work, from, to, n), compute);
    }
    DoubleMatrix q = DoubleMatrix.zeros(a.rows(), n);
    for (int i = 0; i < n; i++) {
      q.values()[i * n + i] = 1;
    }
    for (int b = blocks.length - 1; b >= 0; b--) {
      blocks[b].apply(view(q, b * BLOCK, b * BLOCK, n), compute);
    }
    return withPositiveDiagonal(q, work);
  }

  private static DoubleView view(DoubleMatrix matrix, int row, int col, int toCol) {
    int cols = matrix.cols();
    return new DoubleView(
        matrix.values(), row * cols + col, cols, matrix.rows() - row, toCol - col);
  }

  private static Qr withPositiveDiagonal(DoubleMatrix q, DoubleMatrix work) {
    int n = q.cols();
    DoubleMatrix r = DoubleMatrix.zeros(n, n);
    for (int i = 0; i < n; i++) {
      double sign = work.get(i, i) < 0 ? -1 : 1;
      for (int j = i; j < n; j++) {
        r.values()[i * n + j] = sign * work.get(i, j);
      }
      for (int k = 0; k < q.rows(); k++) {
        q.values()[k * n + i] *= sign;
      }
    }
    return new Qr(q, r);
  }
}
