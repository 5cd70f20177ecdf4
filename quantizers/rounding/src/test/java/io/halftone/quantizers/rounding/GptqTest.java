package io.halftone.quantizers.rounding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.UnitUpperFactor;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.stats.CollectedStatistics;
import io.halftone.core.stats.GramMatrix;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;
import io.halftone.core.transform.Permutation;
import io.halftone.testkit.Fixtures;
import io.halftone.testkit.MinMaxGrid;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GptqTest {
  private static final Compute COMPUTE = Compute.defaults();
  private static final MinMaxGrid GRID = new MinMaxGrid();
  private static final long SEED = 7;

  private static LinearTask task(LayerScheme scheme) {
    return Fixtures.correlated(SEED, 512, 160, 24).task(scheme, Set.of(Statistics.GRAM), COMPUTE);
  }

  private static LinearTask withGram(LinearTask task, SquareMatrix gram) {
    return task.withStats(
        new CollectedStatistics(Map.of(Statistics.GRAM, new GramMatrix(gram, 1))));
  }

  private static SquareMatrix diagonal(int size, double value) {
    SquareMatrix gram = SquareMatrix.zeros(size);
    IntStream.range(0, size).forEach(j -> gram.values()[j * size + j] = value);
    return gram;
  }

  private static short[] codes(Gptq gptq, LinearTask task) {
    return tensor(gptq, task).codes().values();
  }

  private static GridTensor tensor(Gptq gptq, LinearTask task) {
    return SingleGrid.of(gptq.quantize(task, COMPUTE));
  }

  @ParameterizedTest
  @CsvSource({"NATURAL, STATIC", "NATURAL, ON_THE_WAY", "ACTIVATION, STATIC"})
  void equalsNearestRoundingWhenInputsAreWhite(ColumnOrder order, GroupFit groups) {
    LinearTask task = withGram(task(Schemes.W4A16_G32), diagonal(160, 3.5));
    short[] nearest = SingleGrid.of(new Rtn(GRID).quantize(task, COMPUTE)).codes().values();
    assertArrayEquals(nearest, codes(new Gptq(0.01, 128, order, groups, GRID), task));
  }

  @ParameterizedTest
  @CsvSource({
    "NATURAL, STATIC, W4A16_G32",
    "NATURAL, STATIC, W3A16",
    "ACTIVATION, STATIC, W4A16_G32",
    "NATURAL, ON_THE_WAY, W4A16_G32",
    "NATURAL, ON_THE_WAY, W2A16_G16"
  })
  void doesNotDependOnTheBlockSize(ColumnOrder order, GroupFit groups, String scheme) {
    LinearTask task = task(Schemes.named(scheme));
    short[] expected = codes(new Gptq(0.01, 1, order, groups, GRID), task);
    for (int blockSize : new int[] {16, 24, 128, 160, 1000}) {
      assertArrayEquals(expected, codes(new Gptq(0.01, blockSize, order, groups, GRID), task));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "NATURAL, STATIC, W4A16_G32",
    "NATURAL, STATIC, W3A16",
    "ACTIVATION, STATIC, W3A16_G32",
    "NATURAL, ON_THE_WAY, W4A16_G32",
    "NATURAL, ON_THE_WAY, W2A16_G16"
  })
  void givesTheCodesOfTheEagerFormWithAnInverse(ColumnOrder order, GroupFit groups, String scheme) {
    LinearTask task = task(Schemes.named(scheme));
    int[] columns = order.of(task.stats().get(Statistics.GRAM).sum()).order();
    EagerGptq eager = new EagerGptq(task, 0.01, columns);
    short[] expected =
        groups == GroupFit.STATIC
            ? eager.codes(GRID.fit(task, COMPUTE))
            : eager.codesFittedOnTheWay(GRID);
    assertSameButTies(expected, codes(new Gptq(0.01, 128, order, groups, GRID), task));
  }

  /** Groups wider than what is fed back at a time, and groups narrower, see the same columns. */
  @ParameterizedTest
  @ValueSource(strings = {"W4A16_G320", "W3A16_G40"})
  void fitsGroupsOfAnyWidthOnTheWay(String scheme) {
    LinearTask task =
        Fixtures.correlated(SEED, 900, 640, 11)
            .task(Schemes.named(scheme), Set.of(Statistics.GRAM), COMPUTE);
    int[] columns = IntStream.range(0, task.in()).toArray();
    short[] expected = new EagerGptq(task, 0.01, columns).codesFittedOnTheWay(GRID);
    Gptq gptq = new Gptq(0.01, 128, ColumnOrder.NATURAL, GroupFit.ON_THE_WAY, GRID);
    assertSameButTies(expected, codes(gptq, task));
  }

  private static void assertSameButTies(short[] expected, short[] actual) {
    long different =
        IntStream.range(0, expected.length).filter(i -> expected[i] != actual[i]).count();
    assertTrue(
        different <= expected.length / 200,
        () ->
            different
                + " of "
                + expected.length
                + " codes differ: more than rounding ties explain");
  }

  @Test
  void lossIsTheSumOfTheErrorsAlongTheFactor() {
    LinearTask task = task(Schemes.W3A16_G32);
    SquareMatrix gram = task.stats().get(Statistics.GRAM).sum();
    Permutation natural = ColumnOrder.NATURAL.of(gram);
    FloatMatrix decoded =
        tensor(new Gptq(0.01, 128, ColumnOrder.NATURAL, GroupFit.STATIC, GRID), task).decode();
    UnitUpperFactor factor = DampedFactor.of("layer", gram, natural, 0.01, COMPUTE).factor();
    int n = task.in();
    double loss = 0;
    double along = 0;
    for (int r = 0; r < task.out(); r++) {
      double[] error = new double[n];
      for (int j = 0; j < n; j++) {
        error[j] = (double) task.weight().get(r, j) - decoded.get(r, j);
      }
      for (int j = 0; j < n; j++) {
        double sum = 0;
        double moved = 0;
        for (int i = 0; i < n; i++) {
          sum += error[i] * (gram.get(i, j) + (i == j ? 0.01 * gram.meanDiagonal() : 0));
          moved += i <= j ? error[i] * factor.get(i, j) : 0;
        }
        loss += sum * error[j];
        along += factor.diagonal()[j] * moved * moved;
      }
    }
    assertEquals(loss, along, 1e-8 * loss);
  }

  @Test
  void secondOfTwoColumnsIsTheBestGivenTheFirst() {
    SquareMatrix gram = new SquareMatrix(2, new double[] {4, 1.5, 1.5, 1});
    FloatMatrix weight = FloatMatrix.wrap(new float[] {0.83f, -0.41f, 1f, 1f}, 2, 2);
    LinearTask task =
        withGram(
            LinearTask.of("layer", weight, Schemes.named("W3A16"), task(Schemes.W8A16).stats()),
            gram);
    Gptq gptq = new Gptq(1e-9, 1, ColumnOrder.NATURAL, GroupFit.STATIC, GRID);
    GridTensor tensor = tensor(gptq, task);
    float scale = tensor.grid().scale()[0];
    double first = weight.get(0, 0) - tensor.decode().get(0, 0);
    double best = weight.get(0, 1) + first * 1.5;
    assertEquals(Math.max(-4, Math.min(3, Math.rint(best / scale))), tensor.codes().get(0, 1));
  }

  @Test
  void reportsMoreDampingThanAskedFor() {
    SquareMatrix gram = diagonal(160, 1);
    gram.values()[0] = 1 - 0.05;
    gram.values()[1] = 1;
    gram.values()[160] = 1;
    Outcome outcome =
        new Gptq(0.01, 128, ColumnOrder.NATURAL, GroupFit.STATIC, GRID)
            .quantize(withGram(task(Schemes.W4A16_G32), gram), COMPUTE)
            .outcome();
    assertEquals(new Outcome.Damped(0.1, 2), outcome);
  }

  @Test
  void isCalibratedWhenAnIllConditionedGramNeedsNoMoreDamping() {
    LinearTask few =
        Fixtures.correlated(SEED, 8, 160, 24)
            .task(Schemes.W4A16_G32, Set.of(Statistics.GRAM), COMPUTE);
    Gptq gptq = new Gptq(0.01, 128, ColumnOrder.NATURAL, GroupFit.STATIC, GRID);
    assertEquals(new Outcome.Calibrated(), gptq.quantize(few, COMPUTE).outcome());
  }

  @ParameterizedTest
  @ValueSource(strings = {"NATURAL", "ACTIVATION"})
  void refusesAnIndefiniteGramNamingLayerAndColumn(ColumnOrder order) {
    SquareMatrix gram = diagonal(160, 1);
    gram.values()[42 * 160 + 42] = -3;
    LinearTask task = withGram(task(Schemes.W4A16_G32), gram);
    Gptq gptq = new Gptq(0.01, 128, order, GroupFit.STATIC, GRID);
    QuantizationException refusal =
        assertThrows(QuantizationException.class, () -> gptq.quantize(task, COMPUTE));
    assertEquals("layer", refusal.layer());
    assertTrue(refusal.getMessage().contains("column 42"), refusal::getMessage);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, 1.01, Double.NaN})
  void refusesDampingOutOfRange(double damping) {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Gptq(damping, 128, ColumnOrder.NATURAL, GroupFit.STATIC, GRID));
  }

  @Test
  void refusesGroupsFittedOutOfColumnOrder() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Gptq(0.01, 128, ColumnOrder.ACTIVATION, GroupFit.ON_THE_WAY, GRID));
  }
}
