package io.halftone.core.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.halftone.core.tensor.MatrixView;
import io.halftone.core.tensor.SquareMatrix;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** U·diag(d)·Uᵀ is the Cholesky factorisation of the matrix with rows and columns reversed. */
class FactorOracleTest {
  private static final CanonicalAlgebra ALGEBRA =
      new CanonicalAlgebra(new ScalarKernels(), ForkJoinPool.commonPool());

  private static SquareMatrix positiveDefinite(int n) {
    SplittableRandom random = new SplittableRandom(n);
    RealMatrix x = new Array2DRowRealMatrix(2 * n, n);
    for (int r = 0; r < 2 * n; r++) {
      for (int c = 0; c < n; c++) {
        x.setEntry(r, c, random.nextDouble() - 0.5);
      }
    }
    RealMatrix gram = x.transpose().multiply(x);
    SquareMatrix g = SquareMatrix.zeros(n);
    for (int r = 0; r < n; r++) {
      System.arraycopy(gram.getRow(r), 0, g.values(), r * n, n);
    }
    return g;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 33, 130})
  void agreesWithTheLibraryCholesky(int n) {
    SquareMatrix g = positiveDefinite(n);
    double[][] reversed = new double[n][n];
    for (int r = 0; r < n; r++) {
      for (int c = 0; c < n; c++) {
        reversed[r][c] = g.get(n - 1 - r, n - 1 - c);
      }
    }
    RealMatrix lower = new CholeskyDecomposition(new Array2DRowRealMatrix(reversed, false)).getL();
    UnitUpperFactor factor = ALGEBRA.factor(g);
    for (int r = 0; r < n; r++) {
      for (int c = r; c < n; c++) {
        double expected = lower.getEntry(n - 1 - r, n - 1 - c);
        double got = factor.get(r, c) * Math.sqrt(factor.diagonal()[c]);
        assertEquals(expected, got, 1e-9, "element " + r + ", " + c);
      }
    }
  }

  /** Windows inside a panel of the triangle and across panels, and the whole of it. */
  @Test
  void triangleInFloatHasTheElementsOfTheFactor() {
    int n = 530;
    UnitUpperFactor factor = ALGEBRA.factor(positiveDefinite(n));
    UnitUpperMatrix upper = factor.toFloat(Compute.defaults());
    assertWindow(factor, upper.window(0, 3, 500, 30), 0, 500);
    assertWindow(factor, upper.window(505, 20, 505, 20), 505, 505);
    assertWindow(factor, upper.window(512, 4, 514, 8), 512, 514);
    assertWindow(factor, upper.window(2, 9, 40, 1), 2, 40);
    assertWindow(factor, MatrixView.of(upper.toMatrix()), 0, 0);
    assertThrows(IllegalArgumentException.class, () -> upper.window(510, 21, 500, 30));
    assertThrows(IllegalArgumentException.class, () -> upper.window(0, 1, 500, 31));
  }

  private static void assertWindow(UnitUpperFactor factor, MatrixView window, int row, int col) {
    for (int r = 0; r < window.rows(); r++) {
      for (int c = 0; c < window.cols(); c++) {
        float got = window.data()[window.offset() + r * window.stride() + c];
        assertEquals((float) factor.get(row + r, col + c), got, "element " + r + ", " + c);
      }
    }
  }
}
