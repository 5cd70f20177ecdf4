package io.halftone.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Branch;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridRounding;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Remainder;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.stats.GramMatrix;
import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.testkit.Fixtures.Layer;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every quantizer of linear layers must do, whatever its method.
 *
 * <p>Extend it and return the quantizer under test, on {@link MinMaxGrid} where it needs a grid.
 */
public abstract class LinearQuantizerContract {
  private static final long SEED = 20260103L;
  private static final int TOKENS = 160;
  private static final int IN = 72;
  private static final int OUT = 13;
  private static final int SEEDS = 50;
  private static final LayerScheme GROUPED = grouped(4, 32);
  private static final Compute COMPUTE = Compute.defaults();

  /** For subclasses. */
  protected LinearQuantizerContract() {}

  /** The quantizer under test. */
  protected abstract LinearQuantizer quantizer();

  /**
   * Bound of this quantizer's output error as a multiple of nearest rounding's, on average over
   * many layers; 1 for methods that claim to be no worse.
   */
  protected double outputErrorLimit() {
    return 1;
  }

  static Stream<LayerScheme> schemes() {
    return Stream.of(GROUPED, grouped(2, 16), Schemes.named("W3A16"), Schemes.W8A16, Schemes.W8A8);
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void keepsShapeNameAndCodeRange(LayerScheme scheme) {
    LinearTask task = task(layer(SEED), scheme);
    QuantizedLinear result = quantizer().quantize(task, COMPUTE);
    assertEquals("layer", result.name());
    assertEquals(OUT, result.out());
    assertEquals(IN, result.in());
    assertEquals(scheme.input(), result.input());
    for (Branch branch : result.branches()) {
      if (branch.weight() instanceof GridTensor tensor) {
        NumberFormat format = tensor.scheme().format();
        for (short code : tensor.codes().values()) {
          assertTrue(code >= format.minCode() && code <= format.maxCode(), () -> "code " + code);
        }
      }
    }
  }

  @Test
  void leavesTheTaskAsItWas() {
    LinearTask task = task(layer(SEED), GROUPED);
    float[] before = task.weight().data().clone();
    quantizer().quantize(task, COMPUTE);
    assertArrayEquals(before, task.weight().data());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void isTheSameOnAnyNumberOfThreads(int threads) {
    LinearTask task = task(layer(SEED), GROUPED);
    QuantizedLinear expected = quantizer().quantize(task, COMPUTE);
    ForkJoinPool pool = new ForkJoinPool(threads);
    try {
      assertSame(expected, quantizer().quantize(task, Compute.on(pool, 0)));
    } finally {
      pool.shutdown();
    }
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void keepsRowsOfZeros(LayerScheme scheme) {
    Layer layer = layer(SEED);
    for (int c = 0; c < IN; c++) {
      layer.weight().set(3, c, 0);
    }
    FloatMatrix decoded = quantizer().quantize(task(layer, scheme), COMPUTE).decode();
    assertArrayEquals(new float[IN], decoded.rows(3, 4).data(), 0f);
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void nearlyKeepsConstantRows(LayerScheme scheme) {
    Layer layer = layer(SEED);
    for (int c = 0; c < IN; c++) {
      layer.weight().set(3, c, 0.7f);
      layer.weight().set(5, c, -0.3f);
    }
    FloatMatrix decoded = quantizer().quantize(task(layer, scheme), COMPUTE).decode();
    for (int c = 0; c < IN; c++) {
      assertEquals(0.7f, decoded.get(3, c), 0.7f * 0.01f);
      assertEquals(-0.3f, decoded.get(5, c), 0.3f * 0.01f);
    }
  }

  @Test
  void takesASingleColumn() {
    Layer layer = Fixtures.independent(SEED, 20, 1, 5);
    FloatMatrix decoded = quantizer().quantize(task(layer, GROUPED), COMPUTE).decode();
    for (int r = 0; r < 5; r++) {
      float w = layer.weight().get(r, 0);
      assertEquals(w, decoded.get(r, 0), Math.abs(w) * 0.002f);
    }
  }

  @Test
  void takesAWeightWithoutRows() {
    Layer layer = layer(SEED).withWeight(FloatMatrix.zeros(0, IN));
    assertEquals(0, quantizer().quantize(task(layer, GROUPED), COMPUTE).out());
  }

  @Test
  void refusesGroupsThatDoNotDivideTheRow() {
    LayerScheme strict = Schemes.W4A16_G32;
    LinearTask task = task(layer(SEED), strict);
    assertThrows(IllegalArgumentException.class, () -> quantizer().quantize(task, COMPUTE));
  }

  @Test
  void keepsTheWeightsOfDeadChannels() {
    Layer layer = layer(SEED);
    int[] dead = {0, 31, 32, 71};
    for (int t = 0; t < TOKENS; t++) {
      for (int channel : dead) {
        layer.x().set(t, channel, 0);
      }
    }
    QuantizedLinear result = quantizer().quantize(task(layer, GROUPED), COMPUTE);
    FloatMatrix decoded = result.decode();
    for (Branch branch : result.branches()) {
      if (branch.weight() instanceof GridTensor tensor) {
        Grid grid = tensor.grid();
        for (int r = 0; r < OUT; r++) {
          for (int channel : dead) {
            float step = Math.abs(grid.scale()[grid.layout().cell(r, channel)]);
            assertEquals(layer.weight().get(r, channel), decoded.get(r, channel), 1.01f * step);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void permutesRowsWithTheWeight(LayerScheme scheme) {
    Layer layer = layer(SEED);
    FloatMatrix turned = FloatMatrix.zeros(OUT, IN);
    for (int r = 0; r < OUT; r++) {
      System.arraycopy(layer.weight().data(), r * IN, turned.data(), (r + 5) % OUT * IN, IN);
    }
    FloatMatrix decoded = quantizer().quantize(task(layer, scheme), COMPUTE).decode();
    FloatMatrix moved =
        quantizer().quantize(task(layer.withWeight(turned), scheme), COMPUTE).decode();
    for (int r = 0; r < OUT; r++) {
      int to = (r + 5) % OUT;
      assertArrayEquals(decoded.rows(r, r + 1).data(), moved.rows(to, to + 1).data());
    }
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void followsPowersOfTwoOfTheWeight(LayerScheme scheme) {
    Layer layer = layer(SEED);
    FloatMatrix decoded = quantizer().quantize(task(layer, scheme), COMPUTE).decode();
    FloatMatrix larger =
        quantizer()
            .quantize(task(layer.withWeight(times(layer.weight(), 8)), scheme), COMPUTE)
            .decode();
    assertArrayEquals(times(decoded, 8).data(), larger.data());
  }

  @Test
  void ignoresPowersOfTwoOfTheInputs() {
    Layer layer = layer(SEED);
    QuantizedLinear expected = quantizer().quantize(task(layer, GROUPED), COMPUTE);
    Layer louder = layer.withInputs(times(layer.x(), 4));
    assertSame(expected, quantizer().quantize(task(louder, GROUPED), COMPUTE));
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void keepsOutputErrorWithinItsLimitOnAverage(LayerScheme scheme) {
    double ratio = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Layer layer = layer(seed);
      LinearTask task = task(layer, scheme);
      GramMatrix gram = task.stats().get(Statistics.GRAM);
      Grid grid = new MinMaxGrid().fit(task, COMPUTE);
      FloatMatrix nearest =
          task.single(
                  grid,
                  GridRounding.codes(scheme.weight(), grid, layer.weight(), COMPUTE),
                  new Outcome.DataFree())
              .decode();
      FloatMatrix decoded = quantizer().quantize(task, COMPUTE).decode();
      ratio +=
          gram.outputError(difference(layer.weight(), decoded), COMPUTE)
              / gram.outputError(difference(layer.weight(), nearest), COMPUTE);
    }
    double average = ratio / SEEDS;
    assertTrue(
        average <= outputErrorLimit(),
        () -> "output error is " + average + " of nearest rounding's, seeds 0 to " + (SEEDS - 1));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void refusesAWeightThatIsNotFinite(float value) {
    LinearTask task = task(layer(SEED), GROUPED);
    task.weight().set(7, 11, value);
    QuantizationException refusal =
        assertThrows(QuantizationException.class, () -> quantizer().quantize(task, COMPUTE));
    assertTrue(refusal.getMessage().contains("row 7, column 11"), refusal::getMessage);
  }

  @Test
  void refusesInputsThatWereNeverActive() {
    Assumptions.assumeTrue(quantizer().requires().contains(Statistics.GRAM));
    LinearTask task = task(layer(SEED).withInputs(FloatMatrix.zeros(TOKENS, IN)), GROUPED);
    QuantizationException refusal =
        assertThrows(QuantizationException.class, () -> quantizer().quantize(task, COMPUTE));
    assertEquals("layer", refusal.layer());
  }

  @Test
  void refusesInputsThatAreNotFinite() {
    Assumptions.assumeTrue(quantizer().requires().contains(Statistics.GRAM));
    Layer layer = layer(SEED);
    layer.x().set(3, 17, Float.NaN);
    QuantizationException refusal =
        assertThrows(
            QuantizationException.class, () -> quantizer().quantize(task(layer, GROUPED), COMPUTE));
    assertTrue(refusal.getMessage().contains("17"), refusal::getMessage);
  }

  @Test
  void isARecordThatSurvivesSerialization() {
    assertTrue(quantizer() instanceof Record);
    assertEquals(quantizer(), assertDoesNotThrow(() -> Serialized.copy(quantizer())));
  }

  private LinearTask task(Layer layer, LayerScheme scheme) {
    Set<Statistic<?>> statistics = new LinkedHashSet<>(quantizer().requires());
    statistics.add(Statistics.GRAM);
    return layer.task(scheme, statistics, COMPUTE);
  }

  private static Layer layer(long seed) {
    return Fixtures.correlated(seed, TOKENS, IN, OUT);
  }

  private static LayerScheme grouped(int bits, int size) {
    LayerScheme strict = Schemes.named("W" + bits + "A16_G" + size);
    return new LayerScheme(
        strict.weight().withGranularity(new Granularity.PerGroup(size, Remainder.SHORT_LAST_GROUP)),
        strict.input());
  }

  private static void assertSame(QuantizedLinear expected, QuantizedLinear actual) {
    assertEquals(expected.branches().size(), actual.branches().size());
    IntStream.range(0, expected.branches().size())
        .forEach(
            i ->
                assertArrayEquals(
                    expected.branches().get(i).weight().decode().data(),
                    actual.branches().get(i).weight().decode().data()));
  }

  private static FloatMatrix times(FloatMatrix matrix, float factor) {
    FloatMatrix result = matrix.copy();
    for (int i = 0; i < result.data().length; i++) {
      result.data()[i] *= factor;
    }
    return result;
  }

  private static FloatMatrix difference(FloatMatrix left, FloatMatrix right) {
    FloatMatrix result = left.copy();
    for (int i = 0; i < result.data().length; i++) {
      result.data()[i] -= right.data()[i];
    }
    return result;
  }
}
