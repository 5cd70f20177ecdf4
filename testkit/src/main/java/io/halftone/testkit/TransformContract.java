package io.halftone.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;
import io.halftone.core.transform.EquivalentTransform;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What every {@link EquivalentTransform} must do: keep x·wᵀ, have an inverse, and move a Gram
 * matrix as it moves the inputs.
 *
 * <p>Extend it and return the transform under test.
 */
public abstract class TransformContract {
  private static final long SEED = 20260103L;
  private static final double TOLERANCE = 1e-5;

  /** For subclasses. */
  protected TransformContract() {}

  /** The transform under test. */
  protected abstract EquivalentTransform transform();

  /** The result has the stated number of channels, and an identity is one. */
  @Test
  void sizesAreAsStated() {
    EquivalentTransform transform = transform();
    FloatMatrix x = inputs(7);
    assertEquals(transform.sizeOut(), transform.applyToInput(x).cols());
    assertEquals(transform.sizeOut(), transform.applyToWeight(x).cols());
    assertEquals(transform.sizeIn(), transform.inverse().sizeOut());
    assertEquals(transform.sizeOut(), transform.inverse().sizeIn());
    assertEquals(transform.isIdentity(), transform.storageBits() == 0);
    if (transform.isIdentity()) {
      assertArrayEquals(x.data(), transform.applyToInput(x).data());
    }
  }

  /** All threads together give the bits of one. */
  @Test
  void weightsAreTransformedInParallelWithTheSameBits() {
    FloatMatrix w = inputs(75);
    float[] expected = transform().applyToWeight(w).data();
    assertArrayEquals(expected, transform().applyToWeight(w, Compute.defaults()).data());
  }

  /** The layer's output stays. */
  @Test
  void outputIsKept() {
    EquivalentTransform transform = transform();
    FloatMatrix x = inputs(9);
    FloatMatrix w = inputs(5);
    double[] expected = product(x, w);
    double[] actual = product(transform.applyToInput(x), transform.applyToWeight(w));
    assertClose(expected, actual);
  }

  /** Inputs and weights come back through the inverse, from either side. */
  @Test
  void inverseUndoes() {
    EquivalentTransform transform = transform();
    EquivalentTransform inverse = transform.inverse();
    FloatMatrix x = inputs(6);
    assertClose(x, inverse.applyToInput(transform.applyToInput(x)));
    assertClose(x, inverse.applyToWeight(transform.applyToWeight(x)));
    FloatMatrix y = transform.applyToInput(x);
    assertClose(y, transform.applyToInput(inverse.applyToInput(y)));
  }

  /** The Gram matrix of the transformed inputs is the transformed Gram matrix. */
  @Test
  void gramMatrixFollowsTheInputs() {
    EquivalentTransform transform = transform();
    FloatMatrix x = inputs(40);
    SquareMatrix moved = transform.applyToGram(gram(x));
    assertClose(gram(transform.applyToInput(x)).values(), moved.values());
  }

  /** Rows are transformed independently of each other, to the bit. */
  @Test
  void rowsAreIndependent() {
    FloatMatrix x = inputs(8);
    float[] expected = transform().applyToInput(x).rows(3, 5).data();
    assertArrayEquals(expected, transform().applyToInput(x.rows(3, 5)).data());
    float[] weights = transform().applyToWeight(x).rows(3, 5).data();
    assertArrayEquals(weights, transform().applyToWeight(x.rows(3, 5)).data());
    assertEquals(0, transform().applyToInput(x.rows(0, 0)).rows());
  }

  /** Arguments are only read, and results share nothing with them. */
  @Test
  void argumentsAreOnlyRead() {
    EquivalentTransform transform = transform();
    FloatMatrix x = inputs(4);
    float[] before = x.data().clone();
    SquareMatrix gram = gram(x);
    double[] gramBefore = gram.values().clone();
    transform.applyToInput(x).data()[0] = 77;
    transform.applyToWeight(x).data()[0] = 77;
    transform.applyToGram(gram).values()[0] = 77;
    assertArrayEquals(before, x.data());
    assertArrayEquals(gramBefore, gram.values());
  }

  /** Another number of channels is refused. */
  @Test
  void otherSizesAreRefused() {
    EquivalentTransform transform = transform();
    FloatMatrix wide = FloatMatrix.zeros(2, transform.sizeIn() + 1);
    SquareMatrix large = SquareMatrix.zeros(transform.sizeIn() + 1);
    assertThrows(IllegalArgumentException.class, () -> transform.applyToInput(wide));
    assertThrows(IllegalArgumentException.class, () -> transform.applyToWeight(wide));
    assertThrows(IllegalArgumentException.class, () -> transform.applyToGram(large));
  }

  private FloatMatrix inputs(int rows) {
    return Fixtures.gaussian(new Random(SEED + rows), rows, transform().sizeIn(), 1);
  }

  private static double[] product(FloatMatrix x, FloatMatrix w) {
    double[] product = new double[x.rows() * w.rows()];
    for (int t = 0; t < x.rows(); t++) {
      for (int o = 0; o < w.rows(); o++) {
        for (int c = 0; c < x.cols(); c++) {
          product[t * w.rows() + o] += (double) x.get(t, c) * w.get(o, c);
        }
      }
    }
    return product;
  }

  private static SquareMatrix gram(FloatMatrix x) {
    return new SquareMatrix(x.cols(), product(x.transpose(), x.transpose()));
  }

  private static void assertClose(FloatMatrix expected, FloatMatrix actual) {
    assertEquals(expected.cols(), actual.cols());
    double[] values = new double[expected.data().length];
    double[] others = new double[actual.data().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = expected.data()[i];
      others[i] = actual.data()[i];
    }
    assertClose(values, others);
  }

  private static void assertClose(double[] expected, double[] actual) {
    assertEquals(expected.length, actual.length);
    double error = 0;
    double size = 0;
    for (int i = 0; i < expected.length; i++) {
      error += (expected[i] - actual[i]) * (expected[i] - actual[i]);
      size += expected[i] * expected[i];
    }
    double relative = Math.sqrt(error / size);
    assertTrue(relative <= TOLERANCE, () -> "relative difference " + relative);
  }
}
