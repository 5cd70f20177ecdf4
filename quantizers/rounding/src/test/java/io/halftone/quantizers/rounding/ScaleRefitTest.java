package io.halftone.quantizers.rounding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.Formats;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.testkit.Fixtures;
import io.halftone.testkit.MinMaxGrid;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScaleRefitTest {
  private static final Compute COMPUTE = Compute.defaults();
  private static final LinearQuantizer NEAREST = new Rtn(new MinMaxGrid());

  static Stream<LayerScheme> schemes() {
    return Stream.of(
        Schemes.W3A16_G32,
        Schemes.named("W3A16"),
        with(Schemes.W3A16_G32, new Granularity.PerTensor()),
        with(Schemes.W3A16_G32, new Granularity.PerBlock(5, 24)),
        with(Schemes.named("W4A16"), new Granularity.PerColumn()));
  }

  private static LayerScheme with(LayerScheme scheme, Granularity granularity) {
    return new LayerScheme(scheme.weight().withGranularity(granularity), scheme.input());
  }

  private static LinearTask task(LayerScheme scheme) {
    return Fixtures.correlated(3, 200, 96, 12).task(scheme, Set.of(Statistics.GRAM), COMPUTE);
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void noRoundRaisesTheError(LayerScheme scheme) {
    LinearTask task = task(scheme);
    double before = OutputError.of(task, NEAREST.quantize(task, COMPUTE));
    for (int rounds = 1; rounds <= 4; rounds++) {
      double after =
          OutputError.of(task, new ScaleRefit(NEAREST, rounds, 2).quantize(task, COMPUTE));
      assertTrue(after <= before * (1 + 1e-9), "round " + rounds + ": " + before + " -> " + after);
      before = after;
    }
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void movesTheGridWithoutMovingCodes(LayerScheme scheme) {
    LinearTask task = task(scheme);
    GridTensor start = SingleGrid.of(NEAREST.quantize(task, COMPUTE));
    GridTensor refit = SingleGrid.of(new ScaleRefit(NEAREST, 1, 0).quantize(task, COMPUTE));
    assertArrayEquals(start.codes().values(), refit.codes().values());
    assertTrue(OutputError.of(task, refit.decode()) < OutputError.of(task, start.decode()));
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void scalesAreAsStoredAndZeroPointsAreCodes(LayerScheme scheme) {
    LinearTask task = task(scheme);
    GridTensor refit = SingleGrid.of(new ScaleRefit(NEAREST, 3, 2).quantize(task, COMPUTE));
    for (float scale : refit.grid().scale()) {
      assertEquals(scale, scheme.weight().scale().store(scale));
    }
    for (float zero : refit.grid().zero()) {
      assertEquals(zero, scheme.weight().format().decode((int) zero));
    }
  }

  @Test
  void findsTheBestScaleOfARow() {
    LinearTask task = task(Schemes.named("W3A16"));
    GridTensor refit = SingleGrid.of(new ScaleRefit(NEAREST, 1, 0).quantize(task, COMPUTE));
    assertEquals(new ScaleSpec.Stored(Formats.F32), refit.scheme().scale());
    FloatMatrix decoded = refit.decode();
    for (int r = 0; r < task.out(); r++) {
      double reached = OutputError.ofRow(task, decoded, r);
      for (float factor : new float[] {0.999f, 1.001f}) {
        FloatMatrix scaled = decoded.copy();
        for (int c = 0; c < task.in(); c++) {
          scaled.set(r, c, decoded.get(r, c) * factor);
        }
        assertTrue(OutputError.ofRow(task, scaled, r) > reached, "row " + r + ", factor " + factor);
      }
    }
  }

  @Test
  void refusesCountsOutOfRange() {
    assertThrows(IllegalArgumentException.class, () -> new ScaleRefit(NEAREST, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new ScaleRefit(NEAREST, 1, -1));
  }
}
