package io.halftone.cli.determinism;

import io.halftone.calibration.Quantize;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.report.LayerReport;
import io.halftone.core.report.Reports;
import io.halftone.core.scheme.Schemes;
import io.halftone.quantizers.catalog.Catalog;
import io.halftone.testkit.Fixtures;
import java.util.List;
import java.util.concurrent.ForkJoinPool;

/**
 * Quantizes one small layer by every recipe with the kernels and threads of this JVM and prints one
 * line "recipe scheme threads digest report" each.
 */
final class QuantizeEverything {
  private static final List<String> SCHEMES = List.of("W4A16_G32", "W8A8");
  private static final int[] THREADS = {1, 2, 3, 7};
  private static final Fixtures.Layer LAYER = Fixtures.correlated(21, 300, 96, 40);

  private QuantizeEverything() {}

  /** Takes no arguments. */
  @SuppressWarnings("SystemOut")
  public static void main(String[] args) {
    StringBuilder lines = new StringBuilder();
    for (int threads : THREADS) {
      ForkJoinPool pool = new ForkJoinPool(threads);
      Compute compute = Compute.on(pool, 0);
      for (String recipe : Catalog.names()) {
        for (String scheme : SCHEMES) {
          String line =
              String.join(" ", recipe, scheme, "" + threads, facts(recipe, scheme, compute));
          lines.append(line).append('\n');
        }
      }
      pool.shutdown();
    }
    System.out.print(lines);
  }

  private static String facts(String recipe, String scheme, Compute compute) {
    QuantizedLinear layer =
        Quantize.linear(
            "layer",
            LAYER.weight(),
            LAYER.x(),
            Catalog.named(recipe, Schemes.named(scheme)),
            compute);
    LayerReport report = Reports.compare(layer, LAYER.weight(), LAYER.x());
    return LayerDigest.of(layer) + " " + report.toString().replace(' ', '_');
  }
}
