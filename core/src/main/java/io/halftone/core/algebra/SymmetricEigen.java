package io.halftone.core.algebra;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.DoubleMatrix;
import io.halftone.core.tensor.SquareMatrix;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A = Vᵀ·diag(λ)·V of a symmetric matrix, in double: Householder reduction to a tridiagonal matrix,
 * then implicitly shifted QL steps.
 *
 * <p>Cost about 3·n³ operations for the reduction and 6·n³ for the vectors, memory three matrices.
 *
 * @param values λ, falling
 * @param vectors V [n, n]: row i is the unit eigenvector of λ[i], its largest element positive (the
 *     first of equals)
 * @see <a href="https://doi.org/10.1007/978-3-642-86940-2">Wilkinson and Reinsch, Handbook for
 *     Automatic Computation II, 1971, contributions II/2 and II/4</a>
 */
public record SymmetricEigen(double[] values, DoubleMatrix vectors) {

  /**
   * Decomposes a matrix.
   *
   * @param a [n, n], symmetric, finite, read
   * @throws IllegalArgumentException if an element is not finite or the matrix is not symmetric;
   *     names its place
   */
  public static SymmetricEigen of(SquareMatrix a, Compute compute) {
    requireSymmetric(a);
    Tridiagonal reduced = Tridiagonal.of(a, compute);
    double[] values = ImplicitQl.run(reduced, compute);
    return sorted(values, reduced.basis());
  }

  private static void requireSymmetric(SquareMatrix a) {
    for (int i = 0; i < a.size(); i++) {
      for (int j = 0; j <= i; j++) {
        if (!Double.isFinite(a.get(i, j)) || a.get(i, j) != a.get(j, i)) {
          throw new IllegalArgumentException(
              "element ("
                  + i
                  + ", "
                  + j
                  + ") is "
                  + a.get(i, j)
                  + ", its mirror image "
                  + a.get(j, i)
                  + "; they must be finite and equal");
        }
      }
    }
  }

  private static SymmetricEigen sorted(double[] values, DoubleMatrix rows) {
    int n = values.length;
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] falling = new double[n];
    DoubleMatrix vectors = DoubleMatrix.zeros(n, n);
    for (int i = 0; i < n; i++) {
      falling[i] = values[order[i]];
      double sign = rows.values()[order[i] * n + largest(rows, order[i])] < 0 ? -1 : 1;
      for (int j = 0; j < n; j++) {
        vectors.values()[i * n + j] = sign * rows.get(order[i], j);
      }
    }
    return new SymmetricEigen(falling, vectors);
  }

  private static int largest(DoubleMatrix rows, int row) {
    int largest = 0;
    for (int j = 1; j < rows.cols(); j++) {
      if (Math.abs(rows.get(row, j)) > Math.abs(rows.get(row, largest))) {
        largest = j;
      }
    }
    return largest;
  }
}
