package io.halftone.core.algebra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.NotPositiveDefiniteException;
import io.halftone.core.tensor.DoubleMatrix;
import io.halftone.core.tensor.SquareMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CholeskyTest {
  private static final Compute COMPUTE = Compute.defaults();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 63, 64, 65, 130, 200})
  void factorSolvesAndInverts(int n) {
    SquareMatrix g = Matrices.positive(Matrices.gaussian(n, n, n + 3), 0.5);
    Cholesky factor = Cholesky.of(g, COMPUTE);
    DoubleMatrix lower = Matrices.general(factor.lower());
    DoubleMatrix whole = Matrices.general(g);
    double size = Matrices.largest(whole);
    DoubleMatrix again = Matrices.product(lower, Matrices.transposed(lower));
    assertTrue(Matrices.distance(again, whole) < n * 1e-15 * size);
    assertTrue(Matrices.distance(lower, naive(g)) < n * 1e-11 * Math.sqrt(size));
    DoubleMatrix x = Matrices.gaussian(n + 1, n, 7);
    DoubleMatrix solved = factor.solve(Matrices.product(whole, x), COMPUTE);
    assertTrue(Matrices.distance(solved, x) < 1e-9 * n);
    DoubleMatrix one = Matrices.product(whole, Matrices.general(factor.inverse(COMPUTE)));
    assertTrue(Matrices.distance(one, DoubleMatrix.identity(n)) < 1e-9 * n);
  }

  /** Column by column, as in a textbook. */
  private static DoubleMatrix naive(SquareMatrix g) {
    int n = g.size();
    DoubleMatrix lower = DoubleMatrix.zeros(n, n);
    for (int j = 0; j < n; j++) {
      for (int i = j; i < n; i++) {
        double sum = g.get(i, j);
        for (int k = 0; k < j; k++) {
          sum -= lower.get(i, k) * lower.get(j, k);
        }
        lower.values()[i * n + j] = i == j ? Math.sqrt(sum) : sum / lower.get(j, j);
      }
    }
    return lower;
  }

  @Test
  void refusesWhatIsNotPositiveDefinite() {
    SquareMatrix singular = Matrices.positive(Matrices.gaussian(1, 8, 3), 0);
    singular.values()[0] = -1;
    assertThrows(NotPositiveDefiniteException.class, () -> Cholesky.of(singular, COMPUTE));
    Cholesky two = Cholesky.of(Matrices.positive(Matrices.gaussian(1, 2, 2), 1), COMPUTE);
    IllegalArgumentException wrong =
        assertThrows(
            IllegalArgumentException.class, () -> two.solve(DoubleMatrix.zeros(3, 1), COMPUTE));
    assertEquals("b has 3 rows, the factor has 2", wrong.getMessage());
  }
}
