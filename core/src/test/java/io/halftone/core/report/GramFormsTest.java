package io.halftone.core.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.stats.ActivationBatch;
import io.halftone.core.stats.CollectedStatistics;
import io.halftone.core.stats.GramMatrix;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.FloatMatrix;
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
    FloatMatrix x = Outputs.gaussian(TOKENS, in, 1);
    FloatMatrix weight = Outputs.gaussian(OUT, in, 2);
    FloatMatrix delta = Outputs.gaussian(OUT, in, 3);
    for (int i = 0; i < delta.data().length; i++) {
      delta.data()[i] = 0.1f * delta.data()[i] + 0.05f * weight.data()[i];
    }
    GramMatrix gram =
        CollectedStatistics.of(ActivationBatch.of(x), Set.of(Statistics.GRAM), COMPUTE)
            .get(Statistics.GRAM);
    GramForms forms = GramForms.of(weight, delta, gram, COMPUTE);
    double[] y = Outputs.product(x, weight);
    double[] change = Outputs.product(x, delta);
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
}
