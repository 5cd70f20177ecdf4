package io.halftone.quantizers.rounding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.Formats;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Branch;
import io.halftone.core.quantized.DenseTensor;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.testkit.Fixtures;
import io.halftone.testkit.MinMaxGrid;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantEaseTest {
  private static final Compute COMPUTE = Compute.defaults();
  private static final MinMaxGrid GRID = new MinMaxGrid();
  private static final Gptq GPTQ =
      new Gptq(0.01, 128, ColumnOrder.ACTIVATION, GroupFit.STATIC, GRID);

  static Stream<LinearQuantizer> starts() {
    return Stream.of(new Rtn(GRID), GPTQ);
  }

  private static LinearTask task(String scheme, int in) {
    return Fixtures.correlated(11, 2 * in, in, 20)
        .task(Schemes.named(scheme), Set.of(Statistics.GRAM), COMPUTE);
  }

  @ParameterizedTest
  @MethodSource("starts")
  void noSweepRaisesTheErrorOfAnyRow(LinearQuantizer start) {
    LinearTask task = task("W3A16_G32", 288);
    FloatMatrix before = start.quantize(task, COMPUTE).decode();
    for (int sweeps = 1; sweeps <= 8; sweeps++) {
      FloatMatrix after = new QuantEase(start, sweeps).quantize(task, COMPUTE).decode();
      for (int r = 0; r < task.out(); r++) {
        double was = OutputError.ofRow(task, before, r);
        double is = OutputError.ofRow(task, after, r);
        assertTrue(
            is <= was * (1 + 1e-9), "row " + r + ", sweep " + sweeps + ": " + was + " -> " + is);
      }
      before = after;
    }
  }

  @ParameterizedTest
  @MethodSource("starts")
  void endsWhereNoSingleCodeCanBeBettered(LinearQuantizer start) {
    LinearTask task = task("W3A16_G32", 64);
    GridTensor tensor = SingleGrid.of(new QuantEase(start, 200).quantize(task, COMPUTE));
    for (int r = 0; r < task.out(); r++) {
      double reached = OutputError.ofRow(task, tensor.decode(), r);
      for (int j = 0; j < task.in(); j++) {
        short kept = tensor.codes().values()[r * task.in() + j];
        for (short code = 0; code < 8; code++) {
          tensor.codes().values()[r * task.in() + j] = code;
          double moved = OutputError.ofRow(task, tensor.decode(), r);
          assertTrue(
              moved >= reached * (1 - 1e-5),
              "row " + r + ", column " + j + ", code " + code + ": " + reached + " -> " + moved);
        }
        tensor.codes().values()[r * task.in() + j] = kept;
      }
    }
  }

  @Test
  void relaxationsNeverRaiseTheErrorOfARowAndLowerThatOfTheLayer() {
    LinearTask task = task("W3A16_G32", 288);
    FloatMatrix plain = new QuantEase(GPTQ, 20).quantize(task, COMPUTE).decode();
    FloatMatrix relaxed = new QuantEase(GPTQ, 20, 3).quantize(task, COMPUTE).decode();
    for (int r = 0; r < task.out(); r++) {
      double was = OutputError.ofRow(task, plain, r);
      double is = OutputError.ofRow(task, relaxed, r);
      assertTrue(is <= was, "row " + r + ": " + was + " -> " + is);
    }
    assertTrue(OutputError.of(task, relaxed) < OutputError.of(task, plain));
  }

  /** Squares of such weights do not fit a float. */
  @ParameterizedTest
  @ValueSource(ints = {-75, -60, 0, 45, 60})
  void descendsWhateverTheUnitOfTheWeight(int exponent) {
    TensorScheme halves = Schemes.named("W3A16_G32").weight();
    TensorScheme floats =
        new TensorScheme(
            halves.format(),
            halves.granularity(),
            new ScaleSpec.Stored(Formats.F32),
            halves.zeroPoint(),
            halves.timing());
    LinearTask task = task("W3A16_G32", 96).withWeightScheme(floats);
    FloatMatrix weight = task.weight().copy();
    for (int i = 0; i < weight.data().length; i++) {
      weight.data()[i] = Math.scalb(weight.data()[i], exponent);
    }
    LinearTask scaled = task.withWeight(weight);
    double nearest = OutputError.of(scaled, new Rtn(GRID).quantize(scaled, COMPUTE));
    double once = OutputError.of(scaled, new QuantEase(new Rtn(GRID), 1).quantize(scaled, COMPUTE));
    double often =
        OutputError.of(scaled, new QuantEase(new Rtn(GRID), 9).quantize(scaled, COMPUTE));
    double expected = OutputError.of(task, new QuantEase(new Rtn(GRID), 9).quantize(task, COMPUTE));
    assertTrue(often < once && once < 0.8 * nearest, nearest + " > " + once + " > " + often);
    assertEquals(1, Math.scalb(often, -2 * exponent) / expected, 0.02);
  }

  @Test
  void rowsAreIndependentOfEachOther() {
    LinearTask task =
        Fixtures.correlated(11, 600, 288, 300)
            .task(Schemes.named("W3A16_G32"), Set.of(Statistics.GRAM), COMPUTE);
    QuantEase descent = new QuantEase(new Rtn(GRID), 6, 1);
    short[] all = SingleGrid.of(descent.quantize(task, COMPUTE)).codes().values();
    int from = 70 * task.in();
    int to = 240 * task.in();
    FloatMatrix slab =
        FloatMatrix.wrap(Arrays.copyOfRange(task.weight().data(), from, to), 170, task.in());
    short[] some = SingleGrid.of(descent.quantize(task.withWeight(slab), COMPUTE)).codes().values();
    assertArrayEquals(Arrays.copyOfRange(all, from, to), some);
  }

  @ParameterizedTest
  @ValueSource(strings = {"E4M3FN", "E2M1", "E5M2"})
  void descendsOnFloatingPointGridsToo(String format) {
    TensorScheme integers = Schemes.named("W4A16").weight();
    TensorScheme floats =
        new TensorScheme(
            NumberFormat.named(format),
            integers.granularity(),
            integers.scale(),
            integers.zeroPoint(),
            integers.timing());
    LinearTask task = task("W4A16", 96).withWeightScheme(floats);
    double nearest = OutputError.of(task, new Rtn(GRID).quantize(task, COMPUTE));
    double fed = OutputError.of(task, GPTQ.quantize(task, COMPUTE));
    double descended = OutputError.of(task, new QuantEase(GPTQ, 20).quantize(task, COMPUTE));
    assertTrue(fed < nearest && descended < fed, nearest + " > " + fed + " > " + descended);
  }

  @Test
  void refusesCountsOutOfRange() {
    assertThrows(IllegalArgumentException.class, () -> new QuantEase(GPTQ, 0));
    assertThrows(IllegalArgumentException.class, () -> new QuantEase(GPTQ, 1, -1));
  }

  @Test
  void leavesASettledLayerAsItIs() {
    LinearTask task = task("W4A16_G32", 96);
    short[] settled =
        SingleGrid.of(new QuantEase(GPTQ, 100).quantize(task, COMPUTE)).codes().values();
    short[] again =
        SingleGrid.of(new QuantEase(new QuantEase(GPTQ, 100), 1).quantize(task, COMPUTE))
            .codes()
            .values();
    assertArrayEquals(settled, again);
  }

  @Test
  void turnsADataFreeStartIntoACalibratedLayer() {
    LinearTask task = task("W4A16_G32", 64);
    assertEquals(
        new Outcome.Calibrated(),
        new QuantEase(new Rtn(GRID), 1).quantize(task, COMPUTE).outcome());
  }

  /** Returns the weight as it is. */
  record Untouched() implements LinearQuantizer {
    @Override
    public QuantizedLinear quantize(LinearTask task, Compute compute) {
      return new QuantizedLinear(
          task.name(),
          task.online(),
          List.of(new Branch(Schemes.FULL, new DenseTensor(Formats.F32, task.weight()))),
          task.bias(),
          new Outcome.DataFree());
    }
  }

  @Test
  void refusesAStartThatIsNotOnAGrid() {
    LinearTask task = task("W4A16_G32", 64);
    assertThrows(
        QuantizationException.class,
        () -> new QuantEase(new Untouched(), 1).quantize(task, COMPUTE));
  }
}
