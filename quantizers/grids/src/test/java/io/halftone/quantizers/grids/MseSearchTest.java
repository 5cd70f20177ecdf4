package io.halftone.quantizers.grids;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.quantized.Grid;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearTask;
import io.halftone.testkit.GridFitterContract;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MseSearchTest extends GridFitterContract {
  private static final long SEED = 11;

  @Override
  protected GridFitter fitter() {
    return MseSearch.reference();
  }

  @Override
  protected boolean clips() {
    return true;
  }

  static Stream<Arguments> problems() {
    return Problems.schemes()
        .flatMap(
            scheme -> Stream.of(2.0, 2.4, 1.0).map(exponent -> Arguments.of(scheme, exponent)));
  }

  /** Every cell gets the best of all candidates, the plain range among them. */
  @ParameterizedTest
  @MethodSource("problems")
  void findsTheBestCandidateOfEveryCell(TensorScheme scheme, double exponent) {
    int steps = 25;
    LinearTask task = Problems.task(scheme, SEED);
    Grid found = new MseSearch(steps, exponent).fit(task, Problems.COMPUTE);
    double[] best = losses(task, new MinMax().fit(task, Problems.COMPUTE), exponent);
    for (int i = 1; i < steps; i++) {
      double[] candidate = losses(task, Problems.candidate(task, 1 - 0.8 * i / steps), exponent);
      for (int cell = 0; cell < best.length; cell++) {
        best[cell] = Math.min(best[cell], candidate[cell]);
      }
    }
    double[] actual = losses(task, found, exponent);
    for (int cell = 0; cell < best.length; cell++) {
      assertEquals(best[cell], actual[cell], 2e-6 * best[cell], "cell " + cell);
    }
  }

  /** The reference candidates lower the loss of a heavy-tailed 2-bit weight. */
  @Test
  void lowersTheLoss() {
    TensorScheme scheme = Problems.schemes().toList().get(1);
    LinearTask task = Problems.task(scheme, SEED);
    double plain = sum(losses(task, new MinMax().fit(task, Problems.COMPUTE), 2.4));
    double searched = sum(losses(task, MseSearch.reference().fit(task, Problems.COMPUTE), 2.4));
    assertTrue(searched < 0.9 * plain, searched + " against " + plain);
  }

  /** Arguments out of range are named. */
  @ParameterizedTest
  @CsvSource({
    "0, 2, steps is 0",
    "-3, 2, steps is -3",
    "1, 0, exponent is 0.0",
    "1, 9, exponent is 9.0",
    "1, NaN, exponent is NaN"
  })
  void refusesArguments(int steps, double exponent, String message) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new MseSearch(steps, exponent));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  private static double[] losses(LinearTask task, Grid grid, double exponent) {
    double[] losses = new double[grid.scale().length];
    for (int cell = 0; cell < losses.length; cell++) {
      losses[cell] = Problems.loss(task, grid, cell, exponent, Problems.ones());
    }
    return losses;
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}
