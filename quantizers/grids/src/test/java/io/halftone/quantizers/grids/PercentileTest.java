package io.halftone.quantizers.grids;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.halftone.core.format.Formats;
import io.halftone.core.quantized.Grid;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.StatisticsView;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.testkit.GridFitterContract;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PercentileTest extends GridFitterContract {
  @Override
  protected GridFitter fitter() {
    return new Percentile(95);
  }

  @Override
  protected boolean clips() {
    return true;
  }

  /** The hundredth percentile is the plain range. */
  @ParameterizedTest
  @MethodSource("io.halftone.quantizers.grids.Problems#schemes")
  void hundredIsTheWholeRange(TensorScheme scheme) {
    LinearTask task = Problems.task(scheme, 51);
    Grid plain = new MinMax().fit(task, Problems.COMPUTE);
    Grid grid = new Percentile(100).fit(task, Problems.COMPUTE);
    assertArrayEquals(plain.scale(), grid.scale());
    assertArrayEquals(plain.zero(), grid.zero());
  }

  /** Of the weights −9 … 90 the range of 95 percent is −4 … 85. */
  @Test
  void cutsBothEndsByNearestRank() {
    float[] weights = new float[100];
    for (int i = 0; i < 100; i++) {
      weights[(i * 37) % 100] = i - 9;
    }
    Grid offset =
        fit(
            weights,
            Problems.scheme(
                Formats.UINT8, new Granularity.PerRow(), Formats.F32, ZeroPoint.INTEGER));
    assertEquals(89f / 255, offset.scale()[0], 1e-7);
    assertEquals(11f, offset.zero()[0]);
    Grid symmetric =
        fit(
            weights,
            Problems.scheme(Formats.INT8, new Granularity.PerRow(), Formats.F32, ZeroPoint.NONE));
    assertEquals(85f / 127, symmetric.scale()[0], 1e-7);
  }

  /** A cell with fewer weights that are not 0 than the percentile cuts off keeps its range. */
  @Test
  void sparseCellKeepsItsRange() {
    float[] weights = new float[100];
    weights[40] = -3;
    Grid grid =
        fit(
            weights,
            Problems.scheme(Formats.INT8, new Granularity.PerRow(), Formats.F32, ZeroPoint.NONE));
    assertEquals(3f / 127, grid.scale()[0]);
  }

  /** Percentiles out of range are refused. */
  @ParameterizedTest
  @ValueSource(doubles = {50, 100.1, -1, Double.NaN})
  void refusesArguments(double percentile) {
    assertThrows(IllegalArgumentException.class, () -> new Percentile(percentile));
  }

  private Grid fit(float[] weights, TensorScheme scheme) {
    FloatMatrix row = FloatMatrix.wrap(weights, 1, weights.length);
    LayerScheme layer = new LayerScheme(scheme, Schemes.FULL);
    return fitter().fit(LinearTask.of("layer", row, layer, StatisticsView.NONE), Problems.COMPUTE);
  }
}
