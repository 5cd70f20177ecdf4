package io.halftone.core.algebra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.DoubleMatrix;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class QrTest {
  private static final Compute COMPUTE = Compute.defaults();

  static Stream<Arguments> shapes() {
    return Stream.of(
        Arguments.of(1, 1),
        Arguments.of(5, 1),
        Arguments.of(7, 7),
        Arguments.of(40, 31),
        Arguments.of(64, 32),
        Arguments.of(65, 33),
        Arguments.of(100, 100),
        Arguments.of(300, 70));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void factorsAreOrthonormalAndTriangular(int rows, int cols) {
    DoubleMatrix a = Matrices.gaussian(rows * 31L + cols, rows, cols);
    check(a, Qr.of(a, COMPUTE));
  }

  @Test
  void columnsThatDependOnEachOtherAreSurvived() {
    DoubleMatrix a = Matrices.gaussian(3, 90, 40);
    for (int i = 0; i < 90; i++) {
      a.values()[i * 40 + 7] = 0;
      a.values()[i * 40 + 39] = a.get(i, 38);
    }
    check(a, Qr.of(a, COMPUTE));
    DoubleMatrix zero = DoubleMatrix.zeros(5, 3);
    check(zero, Qr.of(zero, COMPUTE));
  }

  @Test
  void extremeValuesDoNotOverflow() {
    DoubleMatrix a = Matrices.gaussian(4, 12, 5);
    for (int i = 0; i < a.values().length; i++) {
      a.values()[i] *= i % 2 == 0 ? 1e200 : 1e-200;
    }
    Qr qr = Qr.of(a, COMPUTE);
    assertTrue(Matrices.offOrthonormal(qr.q()) < 1e-13);
  }

  private static void check(DoubleMatrix a, Qr qr) {
    double size = Math.max(1, Matrices.largest(a));
    assertTrue(Matrices.offOrthonormal(qr.q()) < 1e-13 * a.rows());
    assertTrue(Matrices.distance(Matrices.product(qr.q(), qr.r()), a) < 1e-13 * a.rows() * size);
    for (int i = 0; i < a.cols(); i++) {
      assertTrue(qr.r().get(i, i) >= 0);
      for (int j = 0; j < i; j++) {
        assertEquals(0, qr.r().get(i, j));
      }
    }
  }

  @Test
  void wideMatricesAreRefused() {
    DoubleMatrix wide = DoubleMatrix.zeros(2, 3);
    assertThrows(IllegalArgumentException.class, () -> Qr.of(wide, COMPUTE));
  }
}
