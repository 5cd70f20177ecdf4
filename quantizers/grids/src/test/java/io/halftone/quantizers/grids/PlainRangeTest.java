package io.halftone.quantizers.grids;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.halftone.core.format.Formats;
import io.halftone.core.format.NumberFormat;
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
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Grids of the weights −1, 0.5, 2 worked out by hand. */
class PlainRangeTest {
  static Stream<Arguments> grids() {
    return Stream.of(
        Arguments.of(new MinMax(), Formats.UINT4, ZeroPoint.INTEGER, 3 / 15f, 5f),
        Arguments.of(new MinMax(), Formats.INT4, ZeroPoint.INTEGER, 3 / 15f, -3f),
        Arguments.of(new MinMax(), Formats.UINT2, ZeroPoint.FLOAT, 1f, 1f),
        Arguments.of(new MinMax(), Formats.UINT3, ZeroPoint.FLOAT, 3 / 7f, 7 / 3f),
        Arguments.of(new MinMax(), Formats.INT4, ZeroPoint.NONE, 2 / 7f, 0f),
        Arguments.of(new AbsMax(), Formats.INT4, ZeroPoint.NONE, 2 / 7f, 0f),
        Arguments.of(new AbsMax(), Formats.UINT4, ZeroPoint.INTEGER, 2 / 7f, 8f),
        Arguments.of(new AbsMax(), Formats.INT4, ZeroPoint.INTEGER, 2 / 7f, 0f),
        Arguments.of(new AbsMax(), Formats.UINT2, ZeroPoint.FLOAT, 2f, 2f),
        Arguments.of(new AbsMax(), Formats.E2M1, ZeroPoint.NONE, 2 / 6f, 0f));
  }

  @ParameterizedTest
  @MethodSource("grids")
  void matchesTheFormula(
      GridFitter fitter, NumberFormat format, ZeroPoint kind, float scale, float zero) {
    Grid grid = fit(fitter, format, kind, -1, 0.5f, 2);
    assertEquals(scale, grid.scale()[0], 1e-7f);
    assertEquals(zero, grid.zero()[0], 1e-6f);
  }

  /** A range that does not contain 0 is extended to it. */
  @ParameterizedTest
  @MethodSource("grids")
  void containsZero(
      GridFitter fitter, NumberFormat format, ZeroPoint kind, float scale, float zero) {
    assertArrayEquals(
        fit(fitter, format, kind, 0, 1.5f, 2).scale(),
        fit(fitter, format, kind, 1, 1.5f, 2).scale());
    assertArrayEquals(
        fit(fitter, format, kind, 0, -1.5f, -2).zero(),
        fit(fitter, format, kind, -1, -1.5f, -2).zero());
  }

  private static Grid fit(
      GridFitter fitter, NumberFormat format, ZeroPoint kind, float... weights) {
    TensorScheme scheme = Problems.scheme(format, new Granularity.PerRow(), Formats.F32, kind);
    FloatMatrix row = FloatMatrix.wrap(weights, 1, weights.length);
    LayerScheme layer = new LayerScheme(scheme, Schemes.FULL);
    return fitter.fit(LinearTask.of("layer", row, layer, StatisticsView.NONE), Problems.COMPUTE);
  }
}
