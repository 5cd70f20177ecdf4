package io.halftone.quantizers.grids;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.BlockExponent;
import io.halftone.core.format.Formats;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridRounding;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.NestedScales;
import io.halftone.core.scheme.BlockFormats;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.stats.StatisticsView;
import io.halftone.core.tensor.FloatMatrix;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Microscaling formats and NVFP4: the scales that are stored, and what decodes from them. */
class BlockFormatTest {
  private static final long SEED = 77;
  private static final int ROWS = 6;
  private static final int COLS = 96;

  static Stream<Arguments> rulesAndFormats() {
    return Stream.of("MXFP4", "MXFP6_E2M3", "MXFP6_E3M2", "MXFP8_E4M3", "MXFP8_E5M2", "MXINT8")
        .flatMap(name -> Stream.of(BlockExponent.values()).map(rule -> Arguments.of(name, rule)));
  }

  @ParameterizedTest
  @MethodSource("rulesAndFormats")
  void scalesAreTheRulesPowers(String name, BlockExponent rule) {
    TensorScheme scheme = Schemes.named(name).weight();
    FloatMatrix weight = gaussian(0.05);
    Grid grid = fit(new PowerOfTwo(rule), scheme, weight);
    for (int cell = 0; cell < grid.scale().length; cell++) {
      float magnitude = 0;
      for (int i = 0; i < 32; i++) {
        magnitude = Math.max(magnitude, Math.abs(weight.data()[cell * 32 + i]));
      }
      float power = Math.scalb(1f, rule.of(magnitude, scheme.format()));
      assertEquals(power, grid.scale()[cell]);
      boolean fits = magnitude <= power * scheme.format().maxValue();
      assertTrue(fits || rule == BlockExponent.FLOOR || rule == BlockExponent.EVEN);
    }
  }

  /** Blocks at both ends of float32 get the last power that can be stored, zeros get 1. */
  @ParameterizedTest
  @MethodSource("rulesAndFormats")
  void extremeBlocksHaveStoredScales(String name, BlockExponent rule) {
    TensorScheme scheme = Schemes.named(name).weight();
    float[] values = new float[96];
    values[3] = Float.MIN_VALUE;
    values[40] = Float.MAX_VALUE;
    Grid grid = fit(new PowerOfTwo(rule), scheme, FloatMatrix.wrap(values, 1, 96));
    NumberFormat stored = name.equals("MXINT8") ? Formats.E8M0_OF_INT8 : Formats.E8M0;
    assertEquals(stored.minValue(), grid.scale()[0]);
    float power = Math.scalb(1f, rule.of(Float.MAX_VALUE, scheme.format()));
    assertEquals(Math.min(power, stored.maxValue()), grid.scale()[1]);
    assertEquals(1f, grid.scale()[2]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"MXFP4", "MXFP6_E2M3", "MXFP8_E4M3", "MXINT8"})
  void searchIsNeverWorseThanARule(String name) {
    TensorScheme scheme = Schemes.named(name).weight();
    FloatMatrix weight = gaussian(1);
    double[] searched = errors(scheme, fit(new PowerOfTwoSearch(), scheme, weight), weight);
    for (BlockExponent rule : BlockExponent.values()) {
      double[] ruled = errors(scheme, fit(new PowerOfTwo(rule), scheme, weight), weight);
      for (int cell = 0; cell < ruled.length; cell++) {
        assertTrue(searched[cell] <= ruled[cell] * (1 + 1e-6), "cell " + cell + " by " + rule);
      }
    }
  }

  /** 448 · 6 / max|w| multiplies, block scales are the nearest FP8 numbers. */
  @ParameterizedTest
  @MethodSource("ranges")
  void tensorScaleSpreadsTheBlockScales(GridFitter fitter) {
    FloatMatrix weight = gaussian(0.02);
    weight.set(4, 50, 0.3f);
    Grid grid = fit(fitter, BlockFormats.NVFP4.weight(), weight);
    NestedScales scales = grid.storage().scales().orElseThrow();
    assertEquals(448 * 6 / 0.3f, scales.outer()[0], 1e-3f);
    assertEquals(448f, Formats.E4M3FN.decode(scales.codes()[4 * 6 + 3]));
    for (int cell = 0; cell < grid.scale().length; cell++) {
      float magnitude = 0;
      for (int i = 0; i < 16; i++) {
        magnitude = Math.max(magnitude, Math.abs(weight.data()[cell * 16 + i]));
      }
      float inner = magnitude / 6 * scales.outer()[0];
      assertEquals(
          Formats.E4M3FN.round(inner), Formats.E4M3FN.decode(scales.codes()[cell]), inner / 8);
    }
  }

  static Stream<GridFitter> ranges() {
    return Stream.of(new MinMax(), new AbsMax(), new Percentile(100));
  }

  /** A block of zeros decodes to zeros and leaves the tensor's scale alone. */
  @ParameterizedTest
  @MethodSource("nested")
  void zeroBlocksHaveNoSayInTheTensorScale(GridFitter fitter) {
    FloatMatrix weight = gaussian(1e-4);
    Grid plain = fit(fitter, BlockFormats.NVFP4.weight(), weight);
    for (int i = 0; i < 16; i++) {
      weight.data()[i] = 0;
    }
    Grid grid = fit(fitter, BlockFormats.NVFP4.weight(), weight);
    assertArrayEquals(
        plain.storage().scales().orElseThrow().outer(),
        grid.storage().scales().orElseThrow().outer());
    GridTensor tensor = tensor(BlockFormats.NVFP4.weight(), grid, weight);
    float[] row = new float[COLS];
    tensor.decodeRow(0, row, 0);
    assertArrayEquals(new float[16], Arrays.copyOf(row, 16));
  }

  static Stream<GridFitter> nested() {
    return Stream.of(
        new MinMax(),
        new AbsMax(),
        new Percentile(100),
        MseSearch.reference(),
        new HalfQuadratic(0.7, 10, 1.01, 20));
  }

  @ParameterizedTest
  @CsvSource({"W4A16_G32", "NVFP4"})
  void powersNeedOneScalePerCell(String name) {
    TensorScheme scheme = Schemes.named(name).weight();
    assertThrows(
        IllegalArgumentException.class,
        () -> fit(new PowerOfTwo(BlockExponent.FLOOR), scheme, gaussian(1)));
  }

  @Test
  void weightsThatAreNotFiniteAreRefused() {
    FloatMatrix weight = gaussian(1);
    weight.set(2, 5, Float.NaN);
    QuantizationException e =
        assertThrows(
            QuantizationException.class,
            () -> fit(new PowerOfTwoSearch(), BlockFormats.MXFP4.weight(), weight));
    assertTrue(e.getMessage().contains("row 2, column 5"), e.getMessage());
  }

  private static double[] errors(TensorScheme scheme, Grid grid, FloatMatrix weight) {
    GridTensor tensor = tensor(scheme, grid, weight);
    double[] errors = new double[grid.scale().length];
    float[] row = new float[COLS];
    for (int r = 0; r < ROWS; r++) {
      tensor.decodeRow(r, row, 0);
      for (int c = 0; c < COLS; c++) {
        double error = (double) row[c] - weight.get(r, c);
        errors[grid.layout().cell(r, c)] += error * error;
      }
    }
    return errors;
  }

  private static GridTensor tensor(TensorScheme scheme, Grid grid, FloatMatrix weight) {
    Codes codes = GridRounding.codes(scheme, grid, weight, Problems.COMPUTE);
    return new GridTensor(scheme, codes, grid);
  }

  private static Grid fit(GridFitter fitter, TensorScheme scheme, FloatMatrix weight) {
    LayerScheme layer = new LayerScheme(scheme, Schemes.FULL);
    return fitter.fit(LinearTask.of("layer", weight, layer, StatisticsView.NONE), Problems.COMPUTE);
  }

  private static FloatMatrix gaussian(double size) {
    Random random = new Random(SEED);
    FloatMatrix weight = FloatMatrix.zeros(ROWS, COLS);
    for (int i = 0; i < weight.data().length; i++) {
      weight.data()[i] = (float) (size * random.nextGaussian());
    }
    return weight;
  }
}
