package io.halftone.quantizers.rounding;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.Statistics;
import io.halftone.testkit.Fixtures;
import io.halftone.testkit.MinMaxGrid;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Solvers against the optimum over all codes of two rows of three two-bit weights. */
class ExhaustiveSearchTest {
  private static final Compute COMPUTE = Compute.defaults();
  private static final MinMaxGrid GRID = new MinMaxGrid();
  private static final int PROBLEMS = 100;
  private static final int COLS = 3;

  /** A solver with a bound of its total error over all problems, as a multiple of the optimum's. */
  static Stream<Arguments> solvers() {
    Gptq gptq = new Gptq(0.01, 128, ColumnOrder.ACTIVATION, GroupFit.STATIC, GRID);
    return Stream.of(
        Arguments.of(new Rtn(GRID), 3.0),
        Arguments.of(gptq, 1.6),
        Arguments.of(new QuantEase(new Rtn(GRID), 20), 1.5),
        Arguments.of(new QuantEase(gptq, 20), 1.4),
        Arguments.of(new AdaptiveRounding(200, GRID), 1.5));
  }

  @ParameterizedTest
  @MethodSource("solvers")
  void staysBetweenTheOptimumAndItsBound(LinearQuantizer solver, double bound) {
    double reached = 0;
    double lowest = 0;
    for (int seed = 0; seed < PROBLEMS; seed++) {
      LinearTask task =
          Fixtures.correlated(seed, 12, COLS, 2)
              .task(Schemes.named("W2A16_G3"), Set.of(Statistics.GRAM), COMPUTE);
      double optimum = optimum(task);
      double error = OutputError.of(task, solver.quantize(task, COMPUTE));
      assertTrue(error >= optimum * (1 - 1e-9), error + " is below the optimum " + optimum);
      reached += error;
      lowest += optimum;
    }
    double ratio = reached / lowest;
    assertTrue(ratio <= bound, () -> "error is " + ratio + " of the optimum's, at most " + bound);
  }

  private static double optimum(LinearTask task) {
    Grid grid = GRID.fit(task, COMPUTE);
    double total = 0;
    for (int r = 0; r < task.out(); r++) {
      double best = Double.POSITIVE_INFINITY;
      for (int choice = 0; choice < 1 << (2 * COLS); choice++) {
        short[] codes = new short[task.out() * COLS];
        for (int c = 0; c < COLS; c++) {
          codes[r * COLS + c] = (short) (choice >> (2 * c) & 3);
        }
        QuantizedLinear layer =
            task.single(grid, new Codes(task.out(), COLS, 2, codes), new Outcome.DataFree());
        best = Math.min(best, OutputError.ofRow(task, layer.decode(), r));
      }
      total += best;
    }
    return total;
  }
}
