package io.halftone.benchmarks;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.report.Reports;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.Statistic;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.npy.NpyFile;
import io.halftone.quantizers.grids.MinMax;
import io.halftone.quantizers.rounding.ColumnOrder;
import io.halftone.quantizers.rounding.Gptq;
import io.halftone.quantizers.rounding.GroupFit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Halftone's side of the comparison with the published GPTQ: writes a synthetic layer's {@code
 * w.npy} and {@code x.npy} into a folder, quantizes it on the grid that {@code
 * peers/gptq_reference.py} uses, and prints the seconds after the Gram matrix, the best of five,
 * and the relative output error in that script's words.
 *
 * <p>Arguments: the folder, outputs and inputs as {@code 1024x1024}, and {@code --act-order} for
 * columns by falling diagonal with groups fitted beforehand.
 */
public final class PublishedGptq {
  private static final int TOKENS = 2048;
  private static final int RUNS = 5;

  private PublishedGptq() {}

  /**
   * Runs and prints.
   *
   * @param args see the class
   * @throws IOException if the folder cannot be written to
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    String[] sides = args[1].split("x", 2);
    boolean byActivation = args.length > 2 && args[2].equals("--act-order");
    Compute compute = Compute.defaults();
    SyntheticLayer layer =
        SyntheticLayer.of(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]), TOKENS, compute);
    NpyFile.write(folder.resolve("w.npy"), layer.weight());
    NpyFile.write(folder.resolve("x.npy"), layer.x());
    System.out.println(compare(layer, byActivation ? BY_ACTIVATION : AS_THEY_STAND, compute));
  }

  static final Gptq BY_ACTIVATION =
      new Gptq(0.01, 512, ColumnOrder.ACTIVATION, GroupFit.STATIC, new MinMax());

  static final Gptq AS_THEY_STAND =
      new Gptq(0.01, 512, ColumnOrder.NATURAL, GroupFit.ON_THE_WAY, new MinMax());

  static String compare(SyntheticLayer layer, Gptq gptq, Compute compute) {
    Set<Statistic<?>> statistics = new LinkedHashSet<>(gptq.requires());
    statistics.addAll(Reports.requires());
    LinearTask task = layer.task(Schemes.W4A16_G128, statistics, compute);
    double seconds = Double.POSITIVE_INFINITY;
    QuantizedLinear quantized = gptq.quantize(task, compute);
    for (int run = 0; run < RUNS; run++) {
      long start = System.nanoTime();
      quantized = gptq.quantize(task, compute);
      seconds = Math.min(seconds, (System.nanoTime() - start) / 1e9);
    }
    return String.format(
        Locale.ROOT,
        "seconds %.3f relative output error %.6e",
        seconds,
        relativeOutputError(quantized, layer, compute));
  }

  /** ‖X·Ŵᵀ − X·Wᵀ‖² / ‖X·Wᵀ‖², from the outputs themselves, as the script does. */
  private static double relativeOutputError(
      QuantizedLinear quantized, SyntheticLayer layer, Compute compute) {
    FloatMatrix exact = compute.algebra().multiplyTransposed(layer.x(), layer.weight());
    FloatMatrix reached = compute.algebra().multiplyTransposed(layer.x(), quantized.decode());
    double error = 0;
    double norm = 0;
    for (int i = 0; i < exact.data().length; i++) {
      double difference = (double) reached.data()[i] - exact.data()[i];
      error += difference * difference;
      norm += (double) exact.data()[i] * exact.data()[i];
    }
    return error / norm;
  }
}
