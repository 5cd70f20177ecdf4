package io.halftone.core.algebra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.DoubleMatrix;
import io.halftone.core.tensor.FloatMatrix;
import java.util.SplittableRandom;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.junit.jupiter.api.Test;

class TruncatedSvdTest {
  private static final Compute COMPUTE = Compute.defaults();

  /** Singular values 1, 0.8, 0.64, ... as a trained layer's fall, slowly. */
  private static FloatMatrix falling(int rows, int cols) {
    DoubleMatrix u = Qr.of(Matrices.gaussian(1, rows, cols), COMPUTE).q();
    DoubleMatrix v = Qr.of(Matrices.gaussian(2, cols, cols), COMPUTE).q();
    for (int i = 0; i < u.values().length; i++) {
      u.values()[i] *= Math.pow(0.8, i % cols);
    }
    return Matrices.product(u, v).toFloat();
  }

  @Test
  void agreesWithCommonsMath() {
    FloatMatrix a = falling(90, 60);
    TruncatedSvd svd = TruncatedSvd.of(a, 12, 2, new SplittableRandom(5), COMPUTE);
    double[][] rows = new double[90][60];
    for (int i = 0; i < a.data().length; i++) {
      rows[i / 60][i % 60] = a.data()[i];
    }
    double[] expected =
        new SingularValueDecomposition(new Array2DRowRealMatrix(rows)).getSingularValues();
    for (int r = 0; r < 12; r++) {
      assertEquals(expected[r], svd.singular()[r], 2e-5 * expected[0]);
    }
    assertTrue(Matrices.offOrthonormal(Matrices.of(svd.u())) < 1e-5);
    assertTrue(Matrices.offOrthonormal(Matrices.of(svd.v().transpose())) < 1e-5);
    double best = 0;
    for (int r = 12; r < 60; r++) {
      best += expected[r] * expected[r];
    }
    assertEquals(best, error(a, svd), 0.01 * best);
  }

  @Test
  void fullRankGivesTheMatrixBack() {
    FloatMatrix a = Matrices.gaussian(9, 20, 33).toFloat();
    TruncatedSvd svd = TruncatedSvd.of(a, 20, 1, new SplittableRandom(5), COMPUTE);
    assertTrue(error(a, svd) < 1e-9);
  }

  private static double error(FloatMatrix a, TruncatedSvd svd) {
    double error = 0;
    for (int i = 0; i < a.rows(); i++) {
      for (int j = 0; j < a.cols(); j++) {
        double value = a.get(i, j);
        for (int r = 0; r < svd.singular().length; r++) {
          value -= (double) svd.u().get(i, r) * svd.singular()[r] * svd.v().get(r, j);
        }
        error += value * value;
      }
    }
    return error;
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    FloatMatrix a = FloatMatrix.zeros(3, 4);
    SplittableRandom random = new SplittableRandom(1);
    assertThrows(IllegalArgumentException.class, () -> TruncatedSvd.of(a, 4, 0, random, COMPUTE));
    assertThrows(IllegalArgumentException.class, () -> TruncatedSvd.of(a, 0, 0, random, COMPUTE));
    TruncatedSvd zero = TruncatedSvd.of(a, 2, 1, random, COMPUTE);
    assertEquals(0, zero.singular()[0]);
  }
}
