package io.halftone.benchmarks;

import io.halftone.calibration.PipelineMemory;
import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.Kernels;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.recipe.Step;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.LayerSize;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.CollectedStatistics;
import io.halftone.core.stats.GramMatrix;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.SquareMatrix;
import io.halftone.quantizers.catalog.Catalog;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Quantizes one layer, W4 in groups of 128, from a given Gram matrix, in whatever heap the JVM was
 * given: one that ends within {@code -Xmx2g} never held more than 2 GiB.
 *
 * <p>Arguments: outputs, inputs, and a recipe without transforms, by default {@code gptq}. With a
 * fourth argument nothing is quantized.
 */
public final class LayerHeap {
  private static final double MEBIBYTE = 1 << 20;

  private LayerHeap() {}

  /**
   * Runs and prints the heap's limit, the estimate, both in mebibytes, and the seconds taken.
   *
   * @param args outputs, inputs, recipe
   */
  public static void main(String[] args) {
    int out = Integer.parseInt(args[0]);
    int in = Integer.parseInt(args[1]);
    String recipe = args.length > 2 ? args[2] : "gptq";
    print("estimate %.0f MiB", estimate(out, in, recipe) / MEBIBYTE);
    if (args.length > 3) {
      return;
    }
    LinearTask task = task(out, in);
    long start = System.nanoTime();
    QuantizedLinear layer = quantize(task, recipe);
    double seconds = (System.nanoTime() - start) / 1e9;
    print(
        "%d x %d: within %.0f MiB of heap, %.1f s",
        layer.out(), layer.in(), Runtime.getRuntime().maxMemory() / MEBIBYTE, seconds);
  }

  /** The heap that the weight, the Gram matrix and quantizing take, in bytes. */
  static long estimate(int out, int in, String recipe) {
    LayerSize size = LayerSize.of(out, in, Schemes.W4A16_G128.weight());
    return PipelineMemory.heap(
        Float.BYTES * size.weights()
            + Double.BYTES * size.square()
            + quantizer(recipe).workingBytes(size)
            + (long) Float.BYTES * Kernels.PANEL_DEPTH * (out + 2L * in));
  }

  static LinearTask task(int out, int in) {
    GramMatrix gram = new GramMatrix(correlated(in), 2.0 * in);
    return LinearTask.of(
        "layer",
        SyntheticLayer.normal(new SplittableRandom(1), out, in, 0.02),
        Schemes.W4A16_G128,
        new CollectedStatistics(Map.of(Statistics.GRAM, gram)));
  }

  static QuantizedLinear quantize(LinearTask task, String recipe) {
    return quantizer(recipe).quantize(task, Compute.defaults());
  }

  private static LinearQuantizer quantizer(String recipe) {
    List<Step> steps = Catalog.named(recipe, Schemes.W4A16_G128).steps();
    return ((Step.QuantizeLinears) steps.get(steps.size() - 1)).part();
  }

  /**
   * 1 / (1 + |i − j|), the Gram matrix of a stationary sequence: positive definite, since it falls
   * convexly, cheap, and nowhere so small that products are subnormal, which some processors
   * multiply a hundred times more slowly.
   */
  private static SquareMatrix correlated(int in) {
    SquareMatrix gram = SquareMatrix.zeros(in);
    for (int i = 0; i < in; i++) {
      for (int j = 0; j < in; j++) {
        gram.values()[i * in + j] = 2.0 * in / (1 + Math.abs(i - j));
      }
    }
    return gram;
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
