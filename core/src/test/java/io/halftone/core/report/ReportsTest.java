package io.halftone.core.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.format.Formats;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Branch;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.DenseTensor;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridRounding;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.InputRounding;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.quantized.QuantizedTensor;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.Timing;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.stats.ActivationBatch;
import io.halftone.core.stats.CollectedStatistics;
import io.halftone.core.stats.StatisticsView;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.Diagonal;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReportsTest {
  private static final int OUT = 9;
  private static final int IN = 20;
  private static final FloatMatrix WEIGHT = Outputs.gaussian(OUT, IN, 1);
  private static final FloatMatrix X = Outputs.gaussian(64, IN, 2);

  /** Error, SQNR and cosine are those of the outputs themselves, computed in double. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void outputFiguresMatchTheNaiveComputation(boolean quantizedInput) {
    TensorScheme input = quantizedInput ? Schemes.A8_PER_TOKEN : Schemes.FULL;
    QuantizedLinear layer = layer(new Identity(IN), input, onGrid(WEIGHT, Formats.INT3, 0.7f));
    LayerReport report = Reports.compare(layer, WEIGHT, X);
    double[] y = Outputs.product(X, WEIGHT);
    double[] got = Outputs.product(InputRounding.apply(input, X), layer.decode());
    double error = 0;
    double signal = 0;
    double inner = 0;
    double size = 0;
    for (int i = 0; i < y.length; i++) {
      error += (y[i] - got[i]) * (y[i] - got[i]);
      signal += y[i] * y[i];
      inner += y[i] * got[i];
      size += got[i] * got[i];
    }
    assertEquals(error / signal, report.outputRelativeError(), 1e-5 * error / signal);
    assertEquals(-10 * Math.log10(error / signal), report.outputSqnrDb(), 1e-4);
    assertEquals(inner / Math.sqrt(signal * size), report.outputCosine(), 1e-6);
  }

  /** What a scheme's layers are measured with is all that is read of them. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSchemesStatisticsAreEnough(boolean quantizedInput) {
    TensorScheme input = quantizedInput ? Schemes.A8_PER_TOKEN : Schemes.FULL;
    QuantizedLinear layer = layer(new Identity(IN), input, onGrid(WEIGHT, Formats.INT3, 0.7f));
    Compute compute = Compute.defaults();
    StatisticsView stats =
        CollectedStatistics.of(
            ActivationBatch.of(X),
            Reports.requires(new LayerScheme(Schemes.perChannel(3), input)),
            compute);
    assertEquals(
        Reports.compare(layer, WEIGHT, X),
        Reports.compare(layer, WEIGHT, stats, Duration.ZERO, compute));
  }

  /** The bias is no part of the comparison. */
  @Test
  void biasDoesNotCount() {
    QuantizedTensor tensor = onGrid(WEIGHT, Formats.INT3, 0.7f);
    float[] bias = new float[OUT];
    Arrays.fill(bias, 5);
    Branch branch = new Branch(Schemes.A8_PER_TOKEN, tensor);
    QuantizedLinear with =
        new QuantizedLinear("l", new Identity(IN), List.of(branch), bias, new Outcome.DataFree());
    QuantizedLinear without = layer(new Identity(IN), Schemes.A8_PER_TOKEN, tensor);
    double expected = Reports.compare(without, WEIGHT, X).outputRelativeError();
    assertEquals(expected, Reports.compare(with, WEIGHT, X).outputRelativeError(), 1e-5 * expected);
  }

  @Test
  void weightFiguresMatchTheNaiveComputation() {
    QuantizedLinear layer =
        layer(new Identity(IN), Schemes.FULL, onGrid(WEIGHT, Formats.INT4, 0.3f));
    LayerReport report = Reports.compare(layer, WEIGHT, X);
    double error = 0;
    double signal = 0;
    double largest = 0;
    for (int i = 0; i < OUT * IN; i++) {
      double delta = (double) WEIGHT.data()[i] - layer.decode().data()[i];
      error += delta * delta;
      signal += (double) WEIGHT.data()[i] * WEIGHT.data()[i];
      largest = Math.max(largest, Math.abs(delta));
    }
    assertEquals(error / signal, report.weightRelativeError(), 1e-12);
    assertEquals(largest, report.maxAbsError(), 1e-12);
  }

  /** A layer that is its float weight has no error. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, 64})
  void exactLayerIsPerfect(int tokens) {
    QuantizedLinear layer =
        layer(new Identity(IN), Schemes.FULL, new DenseTensor(Formats.F32, WEIGHT));
    LayerReport report = Reports.compare(layer, WEIGHT, X.rows(0, tokens));
    assertEquals(0, report.outputRelativeError());
    assertEquals(Double.POSITIVE_INFINITY, report.outputSqnrDb());
    assertEquals(1, report.outputCosine(), 1e-12);
    assertEquals(0, report.weightRelativeError());
    assertEquals(0, report.zeroRate());
  }

  /** An error the inputs cannot see is 0 or tiny, never negative, and its SQNR is a number. */
  @Test
  void invisibleErrorIsNotNegative() {
    for (long seed = 0; seed < 200; seed++) {
      FloatMatrix x = Outputs.gaussian(2, IN, seed);
      FloatMatrix changed = WEIGHT.copy();
      double[] direction = orthogonal(x, Outputs.gaussian(1, IN, seed + 1000));
      for (int i = 0; i < OUT * IN; i++) {
        changed.data()[i] += (float) direction[i % IN];
      }
      QuantizedLinear layer =
          layer(new Identity(IN), Schemes.FULL, new DenseTensor(Formats.F32, changed));
      LayerReport report = Reports.compare(layer, WEIGHT, x);
      assertTrue(
          report.outputRelativeError() >= 0, "seed " + seed + ": " + report.outputRelativeError());
      assertFalse(Double.isNaN(report.outputSqnrDb()), "seed " + seed);
    }
  }

  /**
   * Weights beyond the last value by more than half the last step count as saturated: 7.5 steps of
   * INT4, and 7 steps of E2M1, whose values end with 4 and 6.
   */
  @ParameterizedTest
  @CsvSource({
    "INT4, 7.4, 0",
    "INT4, 7.6, 0.05",
    "INT4, -8.4, 0",
    "INT4, -8.6, 0.05",
    "E2M1, 6.9, 0",
    "E2M1, 7.1, 0.05",
    "E2M1, -7.1, 0.05"
  })
  void saturationIsBeyondHalfAStep(String format, float steps, double rate) {
    FloatMatrix weight = FloatMatrix.zeros(1, IN);
    weight.set(0, 3, steps * 0.5f);
    QuantizedLinear layer =
        layer(new Identity(IN), Schemes.FULL, onGrid(weight, NumberFormat.named(format), 0.5f));
    assertEquals(rate, Reports.compare(layer, weight, X).saturationRate(), 1e-12);
  }

  /** Weights that become 0 are counted, weights that were 0 are not. */
  @Test
  void zeroRateCountsWhatVanished() {
    FloatMatrix weight = FloatMatrix.zeros(2, IN);
    Arrays.fill(weight.data(), 0, 8, 0.2f);
    Arrays.fill(weight.data(), 8, 20, 0.9f);
    QuantizedLinear layer = layer(new Identity(IN), Schemes.FULL, onGrid(weight, Formats.INT4, 1));
    assertEquals(8 / 40.0, Reports.compare(layer, weight, X).zeroRate(), 1e-12);
  }

  /**
   * A weight quantized in another basis is judged in its own, and the online transform's bits
   * count.
   */
  @Test
  void onlineTransformIsTakenBack() {
    float[] factor = new float[IN];
    for (int c = 0; c < IN; c++) {
      factor[c] = 1 << (c % 4);
    }
    Diagonal online = new Diagonal(factor);
    QuantizedTensor tensor = new DenseTensor(Formats.F32, online.applyToWeight(WEIGHT));
    LayerReport report = Reports.compare(layer(online, Schemes.FULL, tensor), WEIGHT, X);
    assertEquals(0, report.weightRelativeError());
    assertEquals(0, report.outputRelativeError());
    assertEquals(32 + 32.0 / OUT, report.bitsPerWeight(), 1e-12);
  }

  private static QuantizedLinear layer(
      EquivalentTransform online, TensorScheme input, QuantizedTensor tensor) {
    return new QuantizedLinear(
        "l", online, List.of(new Branch(input, tensor)), new float[0], new Outcome.DataFree());
  }

  private static GridTensor onGrid(FloatMatrix weight, NumberFormat format, float scale) {
    TensorScheme scheme =
        new TensorScheme(
            format,
            new Granularity.PerTensor(),
            new ScaleSpec.Stored(Formats.F32),
            ZeroPoint.NONE,
            Timing.STATIC);
    Grid grid =
        new Grid(
            scheme.granularity().layout(weight.rows(), weight.cols()),
            new float[] {scale},
            new float[1]);
    Codes codes = GridRounding.codes(scheme, grid, weight, Compute.defaults());
    return new GridTensor(scheme, codes, grid);
  }

  /** The part of a vector that no row of x [2, in] sees. */
  private static double[] orthogonal(FloatMatrix x, FloatMatrix start) {
    double[] vector = new double[IN];
    for (int c = 0; c < IN; c++) {
      vector[c] = start.get(0, c);
    }
    for (int sweep = 0; sweep < 200; sweep++) {
      double dot = 0;
      double size = 0;
      for (int c = 0; c < IN; c++) {
        dot += vector[c] * x.get(sweep % 2, c);
        size += (double) x.get(sweep % 2, c) * x.get(sweep % 2, c);
      }
      for (int c = 0; c < IN; c++) {
        vector[c] -= dot / size * x.get(sweep % 2, c);
      }
    }
    return vector;
  }
}
