package io.halftone.quantizers.grids;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.quantized.Grid;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.stats.StatisticsView;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.testkit.GridFitterContract;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ClipSearchTest extends GridFitterContract {
  private static final long SEED = 21;

  @Override
  protected GridFitter fitter() {
    return ClipSearch.reference();
  }

  @Override
  protected boolean clips() {
    return true;
  }

  /** Every cell gets the candidate with the smallest output error over the tokens themselves. */
  @ParameterizedTest
  @MethodSource("io.halftone.quantizers.grids.Problems#schemes")
  void findsTheBestCandidateOfEveryCell(TensorScheme scheme) {
    FloatMatrix x = Problems.inputs(SEED + 1);
    LinearTask task = Problems.task(scheme, Problems.weight(SEED), x);
    Grid found = ClipSearch.reference().fit(task, Problems.COMPUTE);
    Grid plain = new MinMax().fit(task, Problems.COMPUTE);
    for (int cell = 0; cell < plain.scale().length; cell++) {
      double best = Problems.outputError(task, plain, cell, x);
      for (int i = 1; i < 10; i++) {
        Grid candidate = Problems.candidate(task, 1 - 0.5 * i / 10);
        best = Math.min(best, Problems.outputError(task, candidate, cell, x));
      }
      double actual = Problems.outputError(task, found, cell, x);
      assertEquals(best, actual, 1e-5 * best, "cell " + cell);
    }
  }

  /** A Gram matrix beyond float32 is refused, naming the cell. */
  @Test
  void refusesAnInfiniteGramMatrix() {
    FloatMatrix x = Problems.inputs(SEED);
    x.set(3, 20, 1e25f);
    LinearTask task = Problems.task(Schemes.grouped(4, 16), Problems.weight(SEED), x);
    QuantizationException e =
        assertThrows(
            QuantizationException.class, () -> ClipSearch.reference().fit(task, Problems.COMPUTE));
    assertTrue(e.getMessage().contains("row 0, column 16"), e.getMessage());
  }

  /** Without a Gram matrix the search refuses. */
  @Test
  void needsTheGramMatrix() {
    LinearTask task = Problems.task(Schemes.grouped(4, 16), SEED).withStats(StatisticsView.NONE);
    assertThrows(
        NoSuchElementException.class, () -> ClipSearch.reference().fit(task, Problems.COMPUTE));
  }

  /** Arguments out of range are named. */
  @ParameterizedTest
  @CsvSource({
    "0, 0.5, steps is 0",
    "1, 0, maxShrink is 0.0",
    "1, 1, maxShrink is 1.0",
    "1, NaN, maxShrink is NaN"
  })
  void refusesArguments(int steps, float maxShrink, String message) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new ClipSearch(steps, maxShrink));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }
}
