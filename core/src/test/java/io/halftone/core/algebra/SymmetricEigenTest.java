package io.halftone.core.algebra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.DoubleMatrix;
import io.halftone.core.tensor.SquareMatrix;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SymmetricEigenTest {
  private static final Compute COMPUTE = Compute.defaults();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 64, 150})
  void agreesWithCommonsMath(int n) {
    SquareMatrix a = Matrices.positive(Matrices.gaussian(n, n, n), 0);
    for (int i = 0; i < n; i++) {
      a.values()[i * n + i] -= n;
    }
    SymmetricEigen eigen = SymmetricEigen.of(a, COMPUTE);
    double[][] rows = new double[n][n];
    for (int i = 0; i < n * n; i++) {
      rows[i / n][i % n] = a.values()[i];
    }
    double[] expected = new EigenDecomposition(new Array2DRowRealMatrix(rows)).getRealEigenvalues();
    java.util.Arrays.sort(expected);
    for (int i = 0; i < n; i++) {
      assertEquals(expected[n - 1 - i], eigen.values()[i], 1e-12 * n * n);
    }
    check(a, eigen, 1e-12 * n * n);
  }

  @Test
  void equalAndZeroEigenvaluesAreSurvived() {
    SquareMatrix one = SquareMatrix.zeros(6);
    for (int i = 0; i < 6; i++) {
      one.values()[i * 7] = 3;
    }
    check(one, SymmetricEigen.of(one, COMPUTE), 1e-14);
    SquareMatrix low = Matrices.positive(Matrices.gaussian(2, 40, 3), 0);
    SymmetricEigen eigen = SymmetricEigen.of(low, COMPUTE);
    check(low, eigen, 1e-11);
    assertEquals(0, eigen.values()[3], 1e-12);
    check(SquareMatrix.zeros(4), SymmetricEigen.of(SquareMatrix.zeros(4), COMPUTE), 0);
  }

  private static void check(SquareMatrix a, SymmetricEigen eigen, double tolerance) {
    DoubleMatrix v = eigen.vectors();
    assertTrue(Matrices.offOrthonormal(Matrices.transposed(v)) <= 1e-12 * Math.max(1, a.size()));
    DoubleMatrix scaled = v.copy();
    for (int i = 0; i < v.values().length; i++) {
      scaled.values()[i] *= eigen.values()[i / a.size()];
    }
    DoubleMatrix again = Matrices.product(Matrices.transposed(v), scaled);
    assertTrue(Matrices.distance(again, Matrices.general(a)) <= tolerance);
    for (int i = 1; i < a.size(); i++) {
      assertTrue(eigen.values()[i - 1] >= eigen.values()[i]);
    }
  }

  @Test
  void asymmetryAndNaNAreNamed() {
    SquareMatrix a = SquareMatrix.zeros(3);
    a.values()[1] = 1;
    IllegalArgumentException asymmetric =
        assertThrows(IllegalArgumentException.class, () -> SymmetricEigen.of(a, COMPUTE));
    assertTrue(asymmetric.getMessage().contains("(1, 0)"), asymmetric.getMessage());
    SquareMatrix nan = SquareMatrix.zeros(2);
    nan.values()[3] = Double.NaN;
    assertThrows(IllegalArgumentException.class, () -> SymmetricEigen.of(nan, COMPUTE));
  }
}
