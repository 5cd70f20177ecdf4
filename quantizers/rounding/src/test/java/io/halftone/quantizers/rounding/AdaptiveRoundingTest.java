package io.halftone.quantizers.rounding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.testkit.Fixtures;
import io.halftone.testkit.MinMaxGrid;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdaptiveRoundingTest {
  private static final Compute COMPUTE = Compute.defaults();
  private static final MinMaxGrid GRID = new MinMaxGrid();

  private static LinearTask task(LayerScheme scheme) {
    return Fixtures.correlated(9, 256, 96, 24).task(scheme, Set.of(Statistics.GRAM), COMPUTE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"W4A16_G32", "W2A16_G32", "W3A16"})
  void everyCodeIsANeighbourOfItsWeight(String name) {
    LinearTask task = task(Schemes.named(name));
    GridTensor tensor = SingleGrid.of(new AdaptiveRounding(60, GRID).quantize(task, COMPUTE));
    Grid grid = tensor.grid();
    for (int r = 0; r < task.out(); r++) {
      for (int c = 0; c < task.in(); c++) {
        int cell = grid.layout().cell(r, c);
        float steps = task.weight().get(r, c) / grid.scale()[cell] + grid.zero()[cell];
        float inRange =
            Math.max(
                tensor.scheme().format().minValue(),
                Math.min(tensor.scheme().format().maxValue(), steps));
        assertEquals(inRange, tensor.codes().get(r, c), 1.0001f);
      }
    }
  }

  @Test
  void noRowIsWorseThanNearestRoundingAndMostAreBetter() {
    LinearTask task = task(Schemes.W3A16_G32);
    FloatMatrix nearest = new Rtn(GRID).quantize(task, COMPUTE).decode();
    FloatMatrix learned = new AdaptiveRounding(150, GRID).quantize(task, COMPUTE).decode();
    int better = 0;
    for (int r = 0; r < task.out(); r++) {
      double was = OutputError.ofRow(task, nearest, r);
      double is = OutputError.ofRow(task, learned, r);
      assertTrue(is <= was * (1 + 1e-5), "row " + r + ": " + was + " -> " + is);
      better += is < was ? 1 : 0;
    }
    assertTrue(better > task.out() * 3 / 4, "only " + better + " rows are better");
  }

  @Test
  void softWeightStartsAtTheWeight() {
    LinearTask task = task(Schemes.W4A16_G32);
    Grid grid = GRID.fit(task, COMPUTE);
    RoundingVariables variables =
        new RoundingVariables(task, task.stats().get(Statistics.GRAM).sum(), grid, COMPUTE);
    FloatMatrix residual = FloatMatrix.zeros(task.out(), task.in());
    variables.residual(residual);
    for (int r = 0; r < task.out(); r++) {
      for (int c = 0; c < task.in(); c++) {
        float scale = grid.scale()[grid.layout().cell(r, c)];
        float steps = task.weight().get(r, c) / scale + grid.zero()[grid.layout().cell(r, c)];
        if (steps >= 0 && steps <= 15) {
          assertEquals(0, residual.get(r, c) / scale, 2e-4);
        }
      }
    }
  }

  @Test
  void tabulatedSigmoidIsAsExactAsItSays() {
    RectifiedSigmoid sigmoid = new RectifiedSigmoid();
    for (float v = -4; v <= 4; v += 0.0007f) {
      double exact = Math.max(0, Math.min(1, 1.2 / (1 + StrictMath.exp(-v)) - 0.1));
      assertEquals(exact, sigmoid.at(v), 2e-7);
      if (exact > 1e-3 && exact < 1 - 1e-3) {
        assertEquals(v, RectifiedSigmoid.inverse((float) exact), 1e-4);
      }
    }
    assertEquals(0, sigmoid.at(-1e9f));
    assertEquals(1, sigmoid.at(1e9f));
  }

  @ParameterizedTest
  @ValueSource(doubles = {20, 5, 2})
  void hardeningSlopeIsTheDerivativeOfTheRegulariser(double beta) {
    HardeningSlope slope = new HardeningSlope(0.3, beta);
    for (float h = 0.01f; h < 1; h += 0.01f) {
      double step = 1e-6;
      double derivative =
          0.3 * (regulariser(h + step, beta) - regulariser(h - step, beta)) / (2 * step);
      assertEquals(derivative, slope.at(h), 1e-3 * beta);
    }
  }

  private static double regulariser(double h, double beta) {
    return 1 - StrictMath.pow(Math.abs(2 * h - 1), beta);
  }

  @Test
  void refusesFloatingPointFormats() {
    TensorScheme weight = Schemes.named("W4A16").weight();
    TensorScheme fp8 =
        new TensorScheme(
            NumberFormat.named("E4M3FN"),
            weight.granularity(),
            weight.scale(),
            weight.zeroPoint(),
            weight.timing());
    LinearTask task = task(new LayerScheme(fp8, Schemes.FULL));
    assertThrows(
        QuantizationException.class, () -> new AdaptiveRounding(1, GRID).quantize(task, COMPUTE));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, 1.5, Double.NaN})
  void refusesLearningRatesOutOfRange(double rate) {
    assertThrows(
        IllegalArgumentException.class,
        () -> new AdaptiveRounding(10, 0.2, 2, 2, 0, rate, GRID));
  }
}
