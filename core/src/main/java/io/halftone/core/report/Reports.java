package io.halftone.core.report;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.quantized.QuantizedTensor;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.stats.ActivationBatch;
import io.halftone.core.stats.CollectedStatistics;
import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.Statistics;
import io.halftone.core.stats.StatisticsView;
import io.halftone.core.stats.TokenSample;
import io.halftone.core.tensor.FloatMatrix;
import java.time.Duration;
import java.util.Set;

/** Measures quantized layers against their float weights; one measurement for every method. */
public final class Reports {
  /** Tokens that stand for all when a layer's input is quantized as well. */
  public static final Statistic<TokenSample> SAMPLE = Statistics.sample(512);

  private Reports() {}

  /**
   * The statistics {@link #compare(QuantizedLinear, FloatMatrix, StatisticsView, Duration,
   * Compute)} reads.
   */
  public static Set<Statistic<?>> requires() {
    return Set.of(Statistics.GRAM, SAMPLE);
  }

  /** Those of them that it reads for the layers of one scheme. */
  public static Set<Statistic<?>> requires(LayerScheme scheme) {
    return Set.of(scheme.isWeightOnly() ? Statistics.GRAM : SAMPLE);
  }

  /**
   * Measures a layer on given inputs.
   *
   * @param layer quantized
   * @param weight float weight [out, in], read
   * @param x inputs [tokens, in], read
   */
  public static LayerReport compare(QuantizedLinear layer, FloatMatrix weight, FloatMatrix x) {
    Compute compute = Compute.defaults();
    StatisticsView stats = CollectedStatistics.of(ActivationBatch.of(x), requires(), compute);
    return compare(layer, weight, stats, Duration.ZERO, compute);
  }

  /**
   * Measures a layer on collected statistics: through the Gram matrix when only the weight is
   * quantized, else on the token sample.
   *
   * @param layer quantized
   * @param weight float weight [out, in] in the same basis as {@link QuantizedLinear#decode()},
   *     read
   * @param stats of the layer's inputs, with {@link #requires()}
   * @param time spent on quantizing, passed through
   */
  public static LayerReport compare(
      QuantizedLinear layer,
      FloatMatrix weight,
      StatisticsView stats,
      Duration time,
      Compute compute) {
    FloatMatrix decoded = layer.decode(compute);
    boolean floatInputs = layer.branches().stream().allMatch(branch -> branch.input().isFull());
    OutputFidelity output =
        floatInputs
            ? OutputFidelity.of(weight, decoded, stats.get(Statistics.GRAM), compute)
            : OutputFidelity.of(weight, layer, stats.get(SAMPLE).x(), compute);
    double error = 0;
    double signal = 0;
    double maxError = 0;
    long zeroed = 0;
    for (int i = 0; i < weight.data().length; i++) {
      double w = weight.data()[i];
      double delta = w - decoded.data()[i];
      error += delta * delta;
      signal += w * w;
      maxError = Math.max(maxError, Math.abs(delta));
      zeroed += w != 0 && decoded.data()[i] == 0 ? 1 : 0;
    }
    double count = Math.max(1, weight.data().length);
    return new LayerReport(
        layer.name(),
        layer.out(),
        layer.in(),
        layer.outcome(),
        signal == 0 ? 0 : error / signal,
        output.relativeError(),
        output.sqnrDb(),
        output.cosine(),
        maxError,
        saturated(layer, weight) / count,
        zeroed / count,
        layer.bitsPerWeight() + layer.online().storageBits() / count,
        time);
  }

  private static long saturated(QuantizedLinear layer, FloatMatrix weight) {
    QuantizedTensor first = layer.branches().get(0).weight();
    if (!(first instanceof GridTensor tensor)) {
      return 0;
    }
    FloatMatrix w = layer.online().isIdentity() ? weight : layer.online().applyToWeight(weight);
    NumberFormat format = tensor.scheme().format();
    CellLayout layout = tensor.grid().layout();
    float halfStep = (format.maxValue() - format.decode(format.encode(format.maxValue()) - 1)) / 2;
    long beyond = 0;
    for (int r = 0; r < w.rows(); r++) {
      for (int c = 0; c < w.cols(); c++) {
        int cell = layout.cell(r, c);
        float steps = w.get(r, c) / tensor.grid().scale()[cell] + tensor.grid().zero()[cell];
        beyond +=
            steps > format.maxValue() + halfStep || steps < format.minValue() - halfStep ? 1 : 0;
      }
    }
    return beyond;
  }
}
