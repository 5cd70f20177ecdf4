package io.halftone.quantizers.scaling;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.report.Reports;
import io.halftone.core.spi.SiteTask;
import io.halftone.core.stats.GramMatrix;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.FloatMatrix;

/**
 * Measures ‖Y − Ŷ‖² of a quantized layer against its float weight, both in the site's original
 * basis.
 */
interface OutputObjective {
  /**
   * The squared output error.
   *
   * @param layer reads the original input through its online transform
   * @param weight [out, in], read
   */
  double error(QuantizedLinear layer, FloatMatrix weight, Compute compute);

  /** The objective that sees everything the task's scheme quantizes. */
  static OutputObjective of(SiteTask task) {
    return task.scheme().isWeightOnly()
        ? new ThroughGram(task.stats().get(Statistics.GRAM))
        : new OnSample(task.stats().get(Reports.SAMPLE).x());
  }

  /**
   * For float inputs: tr(Δ·G·Δᵀ) over all calibration tokens, at a cost that does not depend on
   * their number.
   *
   * @param gram G of the original input
   */
  record ThroughGram(GramMatrix gram) implements OutputObjective {
    @Override
    public double error(QuantizedLinear layer, FloatMatrix weight, Compute compute) {
      FloatMatrix delta = layer.decode(compute);
      float[] data = delta.data();
      compute.parallel(
          delta.rows(),
          row -> {
            int end = delta.offset(row) + delta.cols();
            for (int i = delta.offset(row); i < end; i++) {
              data[i] -= weight.data()[i];
            }
          });
      return gram.outputError(delta, compute);
    }
  }

  /**
   * For quantized inputs: what the runtime computes on sample tokens.
   *
   * @param x [tokens, in], the original input
   */
  record OnSample(FloatMatrix x) implements OutputObjective {
    @Override
    public double error(QuantizedLinear layer, FloatMatrix weight, Compute compute) {
      float[] exact = compute.algebra().multiplyTransposed(x, weight).data();
      float[] quantized = layer.apply(x, compute.algebra()).data();
      double error = 0;
      for (int i = 0; i < exact.length; i++) {
        double difference = exact[i] - quantized[i];
        error = Math.fma(difference, difference, error);
      }
      return error;
    }
  }
}
