package io.halftone.core.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.stats.ActivationBatch;
import io.halftone.core.stats.CollectedStatistics;
import io.halftone.core.stats.GramMatrix;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.FloatMatrix;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms of a Gram matrix, beside the outputs themselves in double. */
class GramFormsTest {
  private static final Compute COMPUTE = Compute.defaults();
  private static final int TOKENS = 40;
  private static final int OUT = 3;

  /** Widths of one strip, of whole strips, and of one with a rest. */
  @ParameterizedTest
  @ValueSource(ints = {1, 20, 512, 513, 1024, 1300})
  void areThoseOfTheOutputs(int in) {
    FloatMatrix x = gaussian(TOKENS, in, 1);
    FloatMatrix weight = gaussian(OUT, in, 2);
    FloatMatrix delta = gaussian(OUT, in, 3);
    for (int i = 0; i < delta.data().length; i++) {
      delta.data()[i] = 0.1f * delta.data()[i] + 0.05f * weight.data()[i];
    }
    GramMatrix gram =
        CollectedStatistics.of(ActivationBatch.of(x), Set.of(Statistics.GRAM), COMPUTE)
            .get(Statistics.GRAM);
    GramForms forms = GramForms.of(weight, delta, gram, COMPUTE);
    double[] y = product(x, weight);
    double[] change = product(x, delta);
    assertClose(dot(y, y), forms.signal());
    assertClose(dot(change, change), forms.error());
    assertClose(dot(y, change), forms.cross());
    assertTrue(forms.cross() != 0);
  }

  private static void assertClose(double expected, double actual) {
    assertEquals(expected, actual, 1e-5 * Math.abs(expected));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
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

  private static FloatMatrix gaussian(int rows, int cols, long seed) {
    Random random = new Random(seed);
    FloatMatrix matrix = FloatMatrix.zeros(rows, cols);
    for (int i = 0; i < matrix.data().length; i++) {
      matrix.data()[i] = (float) random.nextGaussian();
    }
    return matrix;
  }
}
