package io.halftone.benchmarks;

import io.halftone.core.format.Formats;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.report.Reports;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.Statistic;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.npy.NpyFile;
import io.halftone.quantizers.grids.IntegerGrid;
import io.halftone.quantizers.grids.MinMax;
import io.halftone.quantizers.grids.MseSearch;
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
 * w.npy} and {@code x.npy} into a folder, quantizes it, and prints for every grid the seconds after
 * the Gram matrix, the best of five, and the relative output error in the words of {@code
 * peers/gptq_reference.py}. The weights on the grid of the published code, which keeps its scales
 * in float32, are left beside them as {@code halftone.npy}.
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
    Compute compute = Compute.defaults();
    SyntheticLayer layer =
        SyntheticLayer.of(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]), TOKENS, compute);
    NpyFile.write(folder.resolve("w.npy"), layer.weight());
    NpyFile.write(folder.resolve("x.npy"), layer.x());
    Gptq gptq = args.length > 2 && args[2].equals("--act-order") ? BY_ACTIVATION : AS_THEY_STAND;
    Run published = run(layer, gptq, FLOAT_SCALES, compute);
    NpyFile.write(folder.resolve("halftone.npy"), published.quantized().decode());
    System.out.println("float32 scales: " + published.line(layer, compute));
    System.out.println(
        "float16 scales: " + run(layer, gptq, Schemes.W4A16_G128, compute).line(layer, compute));
    System.out.println(
        "float16 scales, 10 ranges by squares: "
            + run(layer, searching(gptq, new MseSearch(10, 2)), Schemes.W4A16_G128, compute)
                .line(layer, compute));
    System.out.println(
        "float16 scales, the published search: "
            + run(layer, searching(gptq, MseSearch.reference()), Schemes.W4A16_G128, compute)
                .line(layer, compute));
  }

  /** Columns by falling diagonal, groups of the weight as it was. */
  private static final Gptq BY_ACTIVATION =
      new Gptq(0.01, 512, ColumnOrder.ACTIVATION, GroupFit.STATIC, new MinMax());

  /** Columns as they stand, groups of the weight as compensated so far. */
  private static final Gptq AS_THEY_STAND =
      new Gptq(0.01, 512, ColumnOrder.NATURAL, GroupFit.ON_THE_WAY, new MinMax());

  /** The grid of files, with scales as the published code keeps them. */
  private static final LayerScheme FLOAT_SCALES =
      new LayerScheme(
          IntegerGrid.ASYMMETRIC.scheme(
              4, new Granularity.PerGroup(128), new ScaleSpec.Stored(Formats.F32)),
          Schemes.FULL);

  /** The same solver on shrunk ranges. */
  private static Gptq searching(Gptq gptq, MseSearch search) {
    return new Gptq(gptq.damping(), gptq.blockSize(), gptq.order(), gptq.groups(), search);
  }

  private record Run(QuantizedLinear quantized, double seconds) {
    String line(SyntheticLayer layer, Compute compute) {
      return String.format(
          Locale.ROOT,
          "seconds %.3f relative output error %.6e",
          seconds,
          relativeOutputError(quantized, layer, compute));
    }
  }

  private static Run run(SyntheticLayer layer, Gptq gptq, LayerScheme scheme, Compute compute) {
    Set<Statistic<?>> statistics = new LinkedHashSet<>(gptq.requires());
    statistics.addAll(Reports.requires());
    LinearTask task = layer.task(scheme, statistics, compute);
    double seconds = Double.POSITIVE_INFINITY;
    QuantizedLinear quantized = gptq.quantize(task, compute);
    for (int run = 0; run < RUNS; run++) {
      long start = System.nanoTime();
      quantized = gptq.quantize(task, compute);
      seconds = Math.min(seconds, (System.nanoTime() - start) / 1e9);
    }
    return new Run(quantized, seconds);
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
