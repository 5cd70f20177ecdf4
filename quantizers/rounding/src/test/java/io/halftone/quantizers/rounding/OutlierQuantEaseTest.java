package io.halftone.quantizers.rounding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.quantized.SparseTensor;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;
import io.halftone.testkit.Fixtures;
import io.halftone.testkit.MinMaxGrid;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutlierQuantEaseTest {
  private static final Compute COMPUTE = Compute.defaults();
  private static final MinMaxGrid GRID = new MinMaxGrid();

  /** A layer whose weights have heavy tails, which per-channel grids suffer from. */
  private static LinearTask task() {
    Fixtures.Layer layer = Fixtures.correlated(5, 256, 96, 32);
    FloatMatrix weight = layer.weight();
    for (int i = 0; i < weight.data().length; i++) {
      weight.data()[i] *= 1 + 2e3f * weight.data()[i] * weight.data()[i];
    }
    return layer.task(Schemes.named("W3A16"), Set.of(Statistics.GRAM), COMPUTE);
  }

  private static double error(LinearTask task, double fraction, int sweeps) {
    return OutputError.of(
        task, new OutlierQuantEase(fraction, sweeps, GRID).quantize(task, COMPUTE));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.01, 0.3, 1})
  void keepsWithinItsBudget(double fraction) {
    LinearTask task = task();
    QuantizedLinear layer = new OutlierQuantEase(fraction, 5, GRID).quantize(task, COMPUTE);
    SparseTensor kept = (SparseTensor) layer.branches().get(1).weight();
    assertTrue(
        kept.value().length <= Math.rint(fraction * 96 * 32), () -> "" + kept.value().length);
  }

  @Test
  void noSweepRaisesTheError() {
    LinearTask task = task();
    double before = Double.POSITIVE_INFINITY;
    for (int sweeps = 1; sweeps <= 12; sweeps++) {
      double after = error(task, 0.02, sweeps);
      assertTrue(after <= before * (1 + 1e-6), "sweep " + sweeps + ": " + before + " -> " + after);
      before = after;
    }
  }

  @Test
  void withoutBudgetIsQuantEaseFromNearestRounding() {
    LinearTask task = task();
    LinearQuantizer sweeps = new Rtn(GRID);
    for (int sweep = 0; sweep < 8; sweep++) {
      sweeps = new QuantEase(sweeps, 1);
    }
    FloatMatrix plain = sweeps.quantize(task, COMPUTE).decode();
    FloatMatrix none = new OutlierQuantEase(0, 8, GRID).quantize(task, COMPUTE).decode();
    assertArrayEquals(plain.data(), none.data());
  }

  @Test
  void withTheWholeBudgetHasNoError() {
    assertEquals(0, error(task(), 1, 3));
  }

  @Test
  void onePercentRemovesMuchOfTheErrorOfHeavyTails() {
    LinearTask task = task();
    assertTrue(error(task, 0.01, 15) < 0.7 * error(task, 0, 15));
  }

  @Test
  void keepsTheFirstAmongEqualMagnitudes() {
    FloatMatrix matrix = FloatMatrix.wrap(new float[] {1, -2, 2, 0.5f, 2, -3}, 2, 3);
    LargestEntries.keep(matrix, 3);
    assertArrayEquals(new float[] {0, -2, 2, 0, 0, -3}, matrix.data());
  }

  @Test
  void powerIterationFindsTheLargestEigenvalue() {
    SquareMatrix matrix = SquareMatrix.zeros(20);
    COMPUTE.algebra().addGram(Fixtures.gaussian(new Random(1), 1, 20, 1), matrix);
    double trace = 20 * matrix.meanDiagonal();
    for (int j = 0; j < 20; j++) {
      matrix.values()[j * 20 + j] += 3;
    }
    double found = LargestEigenvalue.of(matrix, new SplittableRandom(2), COMPUTE);
    assertEquals(trace + 3, found, 1e-6 * trace);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.01, 1.01, Double.NaN})
  void refusesFractionsOutOfRange(double fraction) {
    assertThrows(IllegalArgumentException.class, () -> new OutlierQuantEase(fraction, 1, GRID));
  }
}
