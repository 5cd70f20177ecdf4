package io.halftone.core.quantized;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.NotPositiveDefiniteException;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.Remainder;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RowFeedbackTest {
  private static final int SIZE = 24;
  private static final Compute COMPUTE = Compute.defaults();
  private static final TensorScheme PER_TOKEN = Schemes.ranged(3, new Granularity.PerRow());

  private final Random random = new Random(91);

  private FloatMatrix gaussian(int rows) {
    FloatMatrix x = FloatMatrix.zeros(rows, SIZE);
    for (int i = 0; i < x.data().length; i++) {
      x.data()[i] = (float) random.nextGaussian();
    }
    return x;
  }

  /** Second moment of rows whose channels share a part. */
  private SquareMatrix correlated() {
    FloatMatrix x = gaussian(200);
    for (int t = 0; t < x.rows(); t++) {
      float shared = (float) random.nextGaussian();
      for (int c = 0; c < SIZE; c++) {
        x.set(t, c, (1 + c % 5) * x.get(t, c) + 3 * shared);
      }
    }
    SquareMatrix gram = SquareMatrix.zeros(SIZE);
    COMPUTE.algebra().addGram(x, gram);
    return gram;
  }

  private static SquareMatrix identity() {
    SquareMatrix identity = SquareMatrix.zeros(SIZE);
    for (int i = 0; i < SIZE; i++) {
      identity.values()[i * SIZE + i] = 1;
    }
    return identity;
  }

  private static double loss(FloatMatrix x, FloatMatrix rounded, SquareMatrix gram) {
    double loss = 0;
    for (int t = 0; t < x.rows(); t++) {
      for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j < SIZE; j++) {
          double left = x.get(t, i) - rounded.get(t, i);
          loss += left * gram.get(i, j) * (x.get(t, j) - rounded.get(t, j));
        }
      }
    }
    return loss;
  }

  @Test
  void channelsThatAreReadApartAreRoundedToNearest() {
    FloatMatrix x = gaussian(7);
    assertArrayEquals(
        InputRounding.apply(PER_TOKEN, x).data(),
        RowFeedback.of(identity(), COMPUTE).apply(PER_TOKEN, x, COMPUTE.kernels()).data());
  }

  @Test
  void whatReadsTheRowsSeesLessOfTheError() {
    FloatMatrix x = gaussian(50);
    SquareMatrix gram = correlated();
    FloatMatrix fed = RowFeedback.of(gram, COMPUTE).apply(PER_TOKEN, x, COMPUTE.kernels());
    assertTrue(loss(x, fed, gram) < 0.8 * loss(x, InputRounding.apply(PER_TOKEN, x), gram));
  }

  /**
   * Eager updates through the inverse, in double: after channel j is rounded, all others move to
   * where the loss is smallest given its error (Optimal Brain Surgeon).
   */
  @Test
  void codesAreThoseOfEagerUpdatesThroughTheInverse() {
    SquareMatrix gram = correlated();
    RowFeedback feedback = RowFeedback.of(gram, COMPUTE);
    FloatMatrix x = gaussian(20);
    TensorScheme grouped =
        Schemes.ranged(3, new Granularity.PerGroup(8, Remainder.SHORT_LAST_GROUP));
    FloatMatrix fed = feedback.apply(grouped, x, COMPUTE.kernels());
    for (int t = 0; t < x.rows(); t++) {
      assertArrayEquals(eager(grouped, x, t, gram, feedback.order()), fed.rows(t, t + 1).data());
    }
  }

  private static float[] eager(
      TensorScheme scheme, FloatMatrix x, int row, SquareMatrix gram, int[] order) {
    double[][] inverse = inverse(gram);
    double[] y = new double[SIZE];
    for (int c = 0; c < SIZE; c++) {
      y[c] = x.get(row, c);
    }
    float[] result = new float[SIZE];
    boolean[] done = new boolean[SIZE];
    for (int channel : order) {
      RangeCell cell =
          RangeCell.of(
              scheme, scheme.granularity().layout(x.rows(), SIZE), x, row, channel / 8 * 8);
      result[channel] = cell.nearest((float) y[channel]);
      done[channel] = true;
      double moved = (y[channel] - result[channel]) / inverse[channel][channel];
      double[] pivot = inverse[channel].clone();
      for (int c = 0; c < SIZE; c++) {
        y[c] -= done[c] ? 0 : moved * pivot[c];
      }
      for (int r = 0; r < SIZE; r++) {
        double factor = inverse[r][channel] / pivot[channel];
        for (int c = 0; c < SIZE; c++) {
          inverse[r][c] -= factor * pivot[c];
        }
      }
    }
    return result;
  }

  /** Gauss-Jordan of G + 0.01·mean(diag G)·I. */
  private static double[][] inverse(SquareMatrix gram) {
    double[][] a = new double[SIZE][2 * SIZE];
    for (int r = 0; r < SIZE; r++) {
      for (int c = 0; c < SIZE; c++) {
        a[r][c] = gram.get(r, c) + (r == c ? 0.01 * gram.meanDiagonal() : 0);
      }
      a[r][SIZE + r] = 1;
    }
    for (int p = 0; p < SIZE; p++) {
      double pivot = a[p][p];
      for (int c = 0; c < 2 * SIZE; c++) {
        a[p][c] /= pivot;
      }
      for (int r = 0; r < SIZE; r++) {
        double factor = r == p ? 0 : a[r][p];
        for (int c = 0; c < 2 * SIZE; c++) {
          a[r][c] -= factor * a[p][c];
        }
      }
    }
    double[][] inverse = new double[SIZE][];
    for (int r = 0; r < SIZE; r++) {
      inverse[r] = java.util.Arrays.copyOfRange(a[r], SIZE, 2 * SIZE);
    }
    return inverse;
  }

  @Test
  void whatCannotBeDoneIsSaid() {
    SquareMatrix none = SquareMatrix.zeros(SIZE);
    assertThrows(NotPositiveDefiniteException.class, () -> RowFeedback.of(none, COMPUTE));
    RowFeedback feedback = RowFeedback.of(identity(), COMPUTE);
    FloatMatrix narrow = FloatMatrix.zeros(1, 8);
    assertThrows(
        IllegalArgumentException.class, () -> feedback.apply(PER_TOKEN, narrow, COMPUTE.kernels()));
    FloatMatrix x = gaussian(1);
    assertThrows(
        IllegalArgumentException.class,
        () -> feedback.apply(Schemes.perChannel(4), x, COMPUTE.kernels()));
    x.set(0, 3, Float.NaN);
    assertThrows(
        IllegalArgumentException.class, () -> feedback.apply(PER_TOKEN, x, COMPUTE.kernels()));
    assertEquals(SIZE, feedback.order().length);
  }
}
