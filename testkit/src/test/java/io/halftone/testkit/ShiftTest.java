package io.halftone.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.report.Reports;
import io.halftone.core.stats.ActivationBatch;
import io.halftone.core.stats.CollectedStatistics;
import io.halftone.core.stats.Statistics;
import io.halftone.core.stats.StatisticsView;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;
import io.halftone.core.transform.Chain;
import io.halftone.core.transform.Diagonal;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Shift;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShiftTest {
  private static final Shift SHIFT = new Shift(new float[] {3, -70, 0.25f, 0, 1e-3f});
  private static final Diagonal SCALE = new Diagonal(new float[] {2, 0.01f, 5, 1, 0.5f});

  private static FloatMatrix random(int seed, int rows) {
    return Fixtures.gaussian(new Random(seed), rows, SHIFT.sizeIn(), 1);
  }

  private static double output(FloatMatrix x, int t, FloatMatrix w, float[] bias, int o) {
    double sum = bias.length == 0 ? 0 : bias[o];
    for (int c = 0; c < x.cols(); c++) {
      sum += (double) x.get(t, c) * w.get(o, c);
    }
    return sum;
  }

  /** The sum of the terms' magnitudes, which rounding errors are measured by. */
  private static double magnitude(FloatMatrix x, int t, FloatMatrix w, float[] bias, int o) {
    double sum = Math.abs(bias.length == 0 ? 0 : bias[o]);
    for (int c = 0; c < x.cols(); c++) {
      sum += Math.abs((double) x.get(t, c) * w.get(o, c));
    }
    return sum;
  }

  private static void assertOutputIsKept(EquivalentTransform transform, float[] bias) {
    FloatMatrix x = random(1, 9);
    FloatMatrix w = random(2, 4);
    FloatMatrix movedInput = transform.applyToInput(x);
    FloatMatrix movedWeight = transform.applyToWeight(w);
    float[] movedBias = transform.correctBias(w, bias);
    for (int t = 0; t < x.rows(); t++) {
      for (int o = 0; o < w.rows(); o++) {
        double bound = 1e-6 * magnitude(movedInput, t, movedWeight, movedBias, o);
        assertEquals(
            output(x, t, w, bias, o), output(movedInput, t, movedWeight, movedBias, o), bound);
      }
    }
  }

  @Test
  void biasesTakeWhatInputsLose() {
    float[] bias = {1, -2, 0, 5};
    assertOutputIsKept(SHIFT, new float[0]);
    assertOutputIsKept(SHIFT, bias);
    assertOutputIsKept(Chain.of(SHIFT, SCALE), bias);
    assertOutputIsKept(Chain.of(SCALE, SHIFT), bias);
    assertOutputIsKept(Chain.of(Chain.of(SHIFT, SCALE), SHIFT), new float[0]);
  }

  @Test
  void linearTransformsKeepBiases() {
    float[] bias = {1, 2, 3, 4};
    assertArrayEquals(bias, SCALE.correctBias(random(2, 4), bias));
    assertTrue(Chain.of(SCALE, SCALE).isLinear());
    assertFalse(Chain.of(SCALE, SHIFT).isLinear());
  }

  @Test
  void theInverseAddsWhatWasSubtracted() {
    FloatMatrix x = random(3, 5);
    FloatMatrix back = SHIFT.inverse().applyToInput(SHIFT.applyToInput(x));
    assertArrayEquals(x.data(), back.data(), 1e-5f);
    FloatMatrix w = random(4, 2);
    assertArrayEquals(w.data(), SHIFT.applyToWeight(w).data());
  }

  /** Tokens can be shifted; sums and maxima of magnitudes cannot. */
  @Test
  void onlySampledTokensFollow() {
    CollectedStatistics stats =
        CollectedStatistics.of(
            ActivationBatch.of(random(5, 40)),
            Set.of(Statistics.ABS_MAX, Statistics.MEAN_ABS, Statistics.GRAM, Reports.SAMPLE),
            Compute.defaults());
    StatisticsView moved = stats.under(Chain.of(SCALE, SHIFT));
    assertFalse(moved.has(Statistics.ABS_MAX));
    assertFalse(moved.has(Statistics.MEAN_ABS));
    assertFalse(moved.has(Statistics.GRAM));
    FloatMatrix expected = SHIFT.applyToInput(SCALE.applyToInput(stats.get(Reports.SAMPLE).x()));
    assertArrayEquals(expected.data(), moved.get(Reports.SAMPLE).x().data());
    assertThrows(
        UnsupportedOperationException.class, () -> SHIFT.applyToGram(SquareMatrix.zeros(5)));
  }

  @Test
  void offsetsMustBeFinite() {
    assertThrows(IllegalArgumentException.class, () -> new Shift(new float[] {0, Float.NaN}));
    assertThrows(IllegalArgumentException.class, () -> SHIFT.applyToInput(FloatMatrix.zeros(1, 4)));
  }
}
