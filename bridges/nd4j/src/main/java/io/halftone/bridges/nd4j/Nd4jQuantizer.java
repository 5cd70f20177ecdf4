package io.halftone.bridges.nd4j;

import io.halftone.calibration.Quantize;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.quantized.QuantizedTensor;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.report.LayerReport;
import io.halftone.core.report.Reports;
import io.halftone.core.stats.ActivationBatch;
import io.halftone.core.stats.CollectedStatistics;
import io.halftone.core.stats.StatisticsView;
import io.halftone.core.tensor.FloatMatrix;
import java.time.Duration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Quantizes ND4J weights with ND4J activations. */
public final class Nd4jQuantizer {
  private Nd4jQuantizer() {}

  /**
   * Quantizes one weight on the canonical algebra, so that the result has the same bytes
   * everywhere.
   *
   * @param name of the layer, for messages and random streams
   * @param weight [out, in]; read
   * @param activations inputs of the layer [tokens, in]; read
   * @param recipe what to do
   * @throws IllegalArgumentException if the shapes do not agree, or if the recipe's result is not
   *     one grid of codes
   * @throws io.halftone.core.spi.QuantizationException if the layer cannot be quantized as the
   *     recipe says
   */
  public static Nd4jQuantized quantize(
      String name, INDArray weight, INDArray activations, Recipe recipe) {
    return quantize(name, weight, activations, recipe, Compute.defaults());
  }

  /** Quantizes one weight on the given compute, such as one with {@link Nd4jAlgebra}. */
  public static Nd4jQuantized quantize(
      String name, INDArray weight, INDArray activations, Recipe recipe, Compute compute) {
    FloatMatrix w = Nd4jMatrices.from(weight);
    FloatMatrix x = Nd4jMatrices.from(activations);
    QuantizedLinear layer = Quantize.linear(name, w, x, recipe, compute);
    QuantizedTensor tensor = layer.branches().get(0).weight();
    if (layer.branches().size() != 1 || !(tensor instanceof GridTensor grid)) {
      throw new IllegalArgumentException(
          "recipe " + recipe.name() + " gives more than one grid of codes; use Quantize.linear");
    }
    StatisticsView stats =
        CollectedStatistics.of(ActivationBatch.of(x), Reports.requires(), compute);
    LayerReport report = Reports.compare(layer, w, stats, Duration.ZERO, compute);
    int rows = grid.grid().layout().count() / grid.grid().layout().cellsPerRow();
    return new Nd4jQuantized(
        codes(grid),
        cells(grid.grid().scale(), rows),
        cells(grid.grid().zero(), rows),
        Nd4jMatrices.to(layer.decode()),
        layer,
        report);
  }

  private static INDArray codes(GridTensor tensor) {
    int[] values = new int[tensor.codes().values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = tensor.codes().values()[i];
    }
    return Nd4j.create(values, new long[] {tensor.rows(), tensor.cols()}, DataType.INT32);
  }

  private static INDArray cells(float[] values, int rows) {
    return Nd4j.create(values.clone(), new long[] {rows, values.length / rows}, 'c');
  }
}
