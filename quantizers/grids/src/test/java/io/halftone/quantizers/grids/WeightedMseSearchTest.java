package io.halftone.quantizers.grids;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.Formats;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridRounding;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.testkit.GridFitterContract;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WeightedMseSearchTest extends GridFitterContract {
  private static final long SEED = 31;

  @Override
  protected GridFitter fitter() {
    return new WeightedMseSearch(20, 10);
  }

  @Override
  protected boolean clips() {
    return true;
  }

  /** More candidates and more refits never raise the weighted error of a cell. */
  @ParameterizedTest
  @MethodSource("io.halftone.quantizers.grids.Problems#schemes")
  void errorFallsWithEveryRefit(TensorScheme scheme) {
    LinearTask task = Problems.task(scheme, SEED);
    double[] energies = Problems.energies(task);
    Grid before = new MinMax().fit(task, Problems.COMPUTE);
    for (int refits : new int[] {0, 1, 2, 5, 50}) {
      Grid after = new WeightedMseSearch(20, refits).fit(task, Problems.COMPUTE);
      for (int cell = 0; cell < before.scale().length; cell++) {
        double bound = Problems.loss(task, before, cell, 2, energies);
        double error = Problems.loss(task, after, cell, 2, energies);
        assertTrue(error <= bound * (1 + 1e-6), error + " after " + bound + " in cell " + cell);
      }
      before = after;
    }
  }

  /** After enough refits every scale is the least-squares scale of its codes. */
  @Test
  void refittedScalesAreStationary() {
    TensorScheme scheme =
        Problems.scheme(Formats.UINT3, new Granularity.PerRow(), Formats.F32, ZeroPoint.INTEGER);
    LinearTask task = Problems.task(scheme, SEED);
    double[] energies = Problems.energies(task);
    Grid grid = new WeightedMseSearch(20, 200).fit(task, Problems.COMPUTE);
    for (int row = 0; row < Problems.OUT; row++) {
      float scale = grid.scale()[row];
      double step = leastSquares(task, grid, row, energies);
      assertEquals(step, scale, 1e-5 * scale, "row " + row);
    }
  }

  /** Channels without energy leave the plain range alone. */
  @Test
  void deadInputsKeepThePlainRange() {
    TensorScheme scheme =
        Problems.scheme(
            Formats.UINT3, new Granularity.PerGroup(16), Formats.F16, ZeroPoint.INTEGER);
    FloatMatrix silent = FloatMatrix.zeros(10, Problems.IN);
    LinearTask task = Problems.task(scheme, Problems.weight(SEED), silent);
    Grid plain = new MinMax().fit(task, Problems.COMPUTE);
    Grid found = fitter().fit(task, Problems.COMPUTE);
    assertArrayEquals(plain.scale(), found.scale());
    assertArrayEquals(plain.zero(), found.zero());
  }

  /** Arguments out of range are named. */
  @Test
  void refusesArguments() {
    assertThrows(IllegalArgumentException.class, () -> new WeightedMseSearch(0, 1));
    assertThrows(IllegalArgumentException.class, () -> new WeightedMseSearch(1, -1));
  }

  private static double leastSquares(LinearTask task, Grid grid, int row, double[] energies) {
    NumberFormat format = task.scheme().weight().format();
    double above = 0;
    double below = 0;
    for (int c = 0; c < Problems.IN; c++) {
      float w = task.weight().get(row, c);
      double k =
          GridRounding.code(format, w, grid.scale()[row], grid.zero()[row]) - grid.zero()[row];
      above += energies[c] * k * w;
      below += energies[c] * k * k;
    }
    return above / below;
  }
}
