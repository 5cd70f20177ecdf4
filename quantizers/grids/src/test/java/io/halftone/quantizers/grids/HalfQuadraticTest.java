package io.halftone.quantizers.grids;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.Formats;
import io.halftone.core.quantized.Grid;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearTask;
import io.halftone.testkit.GridFitterContract;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class HalfQuadraticTest extends GridFitterContract {
  private static final long SEED = 41;

  @Override
  protected GridFitter fitter() {
    return HalfQuadratic.reference();
  }

  @Override
  protected boolean clips() {
    return true;
  }

  /** No cell's l_p loss is above that of the start, and scales stay. */
  @ParameterizedTest
  @MethodSource("io.halftone.quantizers.grids.Problems#schemes")
  void neverWorseThanTheStart(TensorScheme scheme) {
    LinearTask task = Problems.task(scheme, SEED);
    Grid start = new MinMax().fit(task, Problems.COMPUTE);
    Grid moved = HalfQuadratic.reference().fit(task, Problems.COMPUTE);
    assertArrayEquals(start.scale(), moved.scale());
    for (int cell = 0; cell < start.scale().length; cell++) {
      double bound = Problems.loss(task, start, cell, 0.7, Problems.ones());
      double loss = Problems.loss(task, moved, cell, 0.7, Problems.ones());
      assertTrue(loss <= bound * (1 + 1e-6), loss + " after " + bound + " in cell " + cell);
    }
    if (scheme.zeroPoint() == ZeroPoint.NONE) {
      assertArrayEquals(start.zero(), moved.zero());
    }
  }

  /** A real zero point lowers the loss of most 2-bit cells. */
  @Test
  void lowersTheLossOfMostCells() {
    TensorScheme scheme =
        Problems.scheme(Formats.UINT2, new Granularity.PerRow(), Formats.F16, ZeroPoint.FLOAT);
    int better = 0;
    int cells = 0;
    for (long seed = SEED; seed < SEED + 20; seed++) {
      LinearTask task = Problems.task(scheme, seed);
      Grid start = new MinMax().fit(task, Problems.COMPUTE);
      Grid moved = HalfQuadratic.reference().fit(task, Problems.COMPUTE);
      for (int cell = 0; cell < start.scale().length; cell++) {
        double bound = Problems.loss(task, start, cell, 0.7, Problems.ones());
        better += Problems.loss(task, moved, cell, 0.7, Problems.ones()) < bound ? 1 : 0;
        cells++;
      }
    }
    assertTrue(better > cells / 2, better + " of " + cells);
  }

  /** Arguments out of range are refused. */
  @ParameterizedTest
  @CsvSource({
    "0, 10, 1, 1",
    "1.1, 10, 1, 1",
    "0.7, 0, 1, 1",
    "0.7, 10, 0.9, 1",
    "0.7, 10, 1, 0",
    "NaN, 10, 1, 1"
  })
  void refusesArguments(double lpNorm, double beta, double kappa, int iterations) {
    assertThrows(
        IllegalArgumentException.class, () -> new HalfQuadratic(lpNorm, beta, kappa, iterations));
  }
}
