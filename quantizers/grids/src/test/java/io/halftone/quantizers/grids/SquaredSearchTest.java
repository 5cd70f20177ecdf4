package io.halftone.quantizers.grids;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.halftone.core.format.Formats;
import io.halftone.core.quantized.Grid;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.StatisticsView;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.testkit.GridFitterContract;
import org.junit.jupiter.api.Test;

/** {@link MseSearch} for squares, which has kernels of its own. */
class SquaredSearchTest extends GridFitterContract {
  @Override
  protected GridFitter fitter() {
    return new MseSearch(20, 2);
  }

  @Override
  protected boolean clips() {
    return true;
  }

  /** Cells of one weight are as exact as their range allows, not clipped. */
  @Test
  void keepsTheRangeOfCellsOfOneWeight() {
    FloatMatrix weight = FloatMatrix.zeros(3, 1);
    weight.set(0, 0, 0.7f);
    weight.set(1, 0, -0.3f);
    LinearTask task = task(weight, new Granularity.PerGroup(1));
    Grid plain = new MinMax().fit(task, Problems.COMPUTE);
    Grid found = fitter().fit(task, Problems.COMPUTE);
    assertArrayEquals(plain.scale(), found.scale());
    assertArrayEquals(plain.zero(), found.zero());
  }

  private static LinearTask task(FloatMatrix weight, Granularity cells) {
    return LinearTask.of(
        "layer",
        weight,
        new LayerScheme(
            Problems.scheme(Formats.UINT4, cells, Formats.F32, ZeroPoint.INTEGER), Schemes.FULL),
        StatisticsView.NONE);
  }
}
