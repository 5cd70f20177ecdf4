package io.halftone.bridges.nd4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.LinearAlgebra;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import io.halftone.core.tensor.SquareMatrix;
import io.halftone.quantizers.catalog.Catalog;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class Nd4jQuantizerTest {
  private static final Compute CANONICAL = Compute.defaults();
  private static final LinearAlgebra NATIVE = new Nd4jAlgebra(CANONICAL.algebra());

  private static FloatMatrix random(int rows, int cols, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    FloatMatrix matrix = FloatMatrix.zeros(rows, cols);
    for (int i = 0; i < matrix.data().length; i++) {
      matrix.data()[i] = (float) (random.nextDouble() * 2 - 1);
    }
    return matrix;
  }

  @Test
  void givesCodesScalesAndDecodedWeightInOneCall() {
    INDArray weight = Nd4jMatrices.to(random(24, 64, 1));
    INDArray x = Nd4jMatrices.to(random(300, 64, 2));
    Nd4jQuantized q = Nd4jQuantizer.quantize("fc", weight, x, Catalog.gptq(Schemes.W4A16_G32));
    assertArrayEquals(new long[] {24, 64}, q.codes().shape());
    assertArrayEquals(new long[] {24, 2}, q.scales().shape());
    for (int r = 0; r < 24; r++) {
      for (int c = 0; c < 64; c++) {
        float value =
            (q.codes().getInt(r, c) - q.zeros().getFloat(r, c / 32))
                * q.scales().getFloat(r, c / 32);
        assertEquals(value, q.decoded().getFloat(r, c), "row " + r + ", column " + c);
      }
    }
    double naive =
        x.mmul(weight.sub(q.decoded()).transpose()).norm2Number().doubleValue()
            / x.mmul(weight.transpose()).norm2Number().doubleValue();
    assertEquals(naive * naive, q.report().outputRelativeError(), 1e-3 * naive * naive);
  }

  @Test
  void readsViewsAndFortranOrder() {
    INDArray fortran = Nd4j.create(new float[] {1, 2, 3, 4, 5, 6}, new long[] {2, 3}, 'f');
    assertArrayEquals(new float[] {1, 3, 5, 2, 4, 6}, Nd4jMatrices.from(fortran).data());
    assertArrayEquals(
        new float[] {1, 2, 3, 4, 5, 6}, Nd4jMatrices.from(fortran.transpose()).data());
    FloatMatrix matrix = random(3, 5, 4);
    assertArrayEquals(matrix.data(), Nd4jMatrices.from(Nd4jMatrices.to(matrix)).data());
  }

  @Test
  void refusesArraysThatAreNoMatrices() {
    INDArray cube = Nd4j.zeros(2, 2, 2);
    assertThrows(IllegalArgumentException.class, () -> Nd4jMatrices.from(cube));
  }

  @Test
  void nativeProductsAgreeWithTheCanonicalOnes() {
    FloatMatrix a = random(33, 70, 5);
    FloatMatrix b = random(70, 21, 6);
    assertClose(CANONICAL.algebra().multiply(a, b), NATIVE.multiply(a, b));
    assertClose(
        CANONICAL.algebra().multiplyTransposed(a, b.transpose()),
        NATIVE.multiplyTransposed(a, b.transpose()));
    FloatMatrix canonical = random(40, 40, 7);
    FloatMatrix viaNative = canonical.copy();
    CANONICAL
        .algebra()
        .multiplyAdd(
            MatrixView.of(a, 3, 5, 10, 20),
            MatrixView.of(b, 7, 1, 20, 8),
            MatrixView.of(canonical, 2, 4, 10, 8));
    NATIVE.multiplyAdd(
        MatrixView.of(a, 3, 5, 10, 20),
        MatrixView.of(b, 7, 1, 20, 8),
        MatrixView.of(viaNative, 2, 4, 10, 8));
    assertClose(canonical, viaNative);
  }

  @Test
  void nativeGramAgreesWithTheCanonicalOne() {
    FloatMatrix x = random(500, 30, 8);
    SquareMatrix expected = SquareMatrix.zeros(30);
    SquareMatrix got = SquareMatrix.zeros(30);
    CANONICAL.algebra().addGram(x, expected);
    NATIVE.addGram(x, got);
    assertClose(expected.toFloat(), got.toFloat());
  }

  @Test
  void aRecipeRunsOnTheNativeAlgebra() {
    Compute compute = new Compute(CANONICAL.kernels(), NATIVE, CANONICAL.pool(), 0);
    INDArray weight = Nd4jMatrices.to(random(16, 64, 9));
    INDArray x = Nd4jMatrices.to(random(200, 64, 10));
    Nd4jQuantized q =
        Nd4jQuantizer.quantize("fc", weight, x, Catalog.gptq(Schemes.W4A16_G32), compute);
    assertTrue(
        q.report().outputRelativeError() < 0.02, "error " + q.report().outputRelativeError());
  }

  @Test
  void shapesThatDoNotAgreeAreNamed() {
    FloatMatrix a = random(3, 4, 11);
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> NATIVE.multiply(a, a));
    assertTrue(refusal.getMessage().contains("3 x 4"), refusal.getMessage());
  }

  /**
   * Sums in another order, whatever the processor's OpenBLAS kernel, differ by a few units in the
   * last place of their largest partial sums.
   */
  private static void assertClose(FloatMatrix expected, FloatMatrix got) {
    float largest = 0;
    for (float value : expected.data()) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < expected.data().length; i++) {
      assertEquals(expected.data()[i], got.data()[i], 1e-5 * largest, "element " + i);
    }
  }
}
