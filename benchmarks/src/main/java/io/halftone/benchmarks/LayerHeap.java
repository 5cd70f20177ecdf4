package io.halftone.benchmarks;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.CollectedStatistics;
import io.halftone.core.stats.GramMatrix;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.SquareMatrix;
import io.halftone.quantizers.grids.MinMax;
import io.halftone.quantizers.rounding.ColumnOrder;
import io.halftone.quantizers.rounding.Gptq;
import io.halftone.quantizers.rounding.GroupFit;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Quantizes one layer with GPTQ, W4 in groups of 128, from a given Gram matrix, in whatever heap
 * the JVM was given: one that ends within {@code -Xmx2g} never held more than 2 GiB.
 *
 * <p>Arguments: outputs, inputs.
 */
public final class LayerHeap {
  private static final double MEBIBYTE = 1 << 20;

  /** Correlation of neighbouring channels. */
  private static final double CORRELATION = 0.9;

  private LayerHeap() {}

  /**
   * Runs and prints the heap's limit in mebibytes and the seconds taken.
   *
   * @param args outputs and inputs
   */
  public static void main(String[] args) {
    LinearTask task = task(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
    long start = System.nanoTime();
    QuantizedLinear layer = quantize(task);
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.println(
        String.format(
            Locale.ROOT,
            "%d x %d: within %.0f MiB of heap, %.1f s",
            layer.out(),
            layer.in(),
            Runtime.getRuntime().maxMemory() / MEBIBYTE,
            seconds));
  }

  static LinearTask task(int out, int in) {
    GramMatrix gram = new GramMatrix(correlated(in), 2.0 * in);
    return LinearTask.of(
        "layer",
        SyntheticLayer.normal(new SplittableRandom(1), out, in, 0.02),
        Schemes.W4A16_G128,
        new CollectedStatistics(Map.of(Statistics.GRAM, gram)));
  }

  static QuantizedLinear quantize(LinearTask task) {
    return new Gptq(0.01, 512, ColumnOrder.ACTIVATION, GroupFit.STATIC, new MinMax())
        .quantize(task, Compute.defaults());
  }

  /** ρ^|i − j|, the Gram matrix of a stationary sequence: positive definite and cheap. */
  private static SquareMatrix correlated(int in) {
    double[] powers = new double[in];
    double power = 1;
    for (int i = 0; i < in; i++) {
      powers[i] = power;
      power *= CORRELATION;
    }
    SquareMatrix gram = SquareMatrix.zeros(in);
    for (int i = 0; i < in; i++) {
      for (int j = 0; j < in; j++) {
        gram.values()[i * in + j] = 2.0 * in * powers[Math.abs(i - j)];
      }
    }
    return gram;
  }
}
