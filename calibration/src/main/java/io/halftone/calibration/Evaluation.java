package io.halftone.calibration;

import io.halftone.core.kernel.Compute;
import io.halftone.core.model.WeightSource;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.report.LayerReport;
import io.halftone.core.report.Reports;
import io.halftone.core.stats.StatisticsView;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.EquivalentTransform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Measures a quantized model layer by layer, on whatever inputs the statistics are of. */
public final class Evaluation {
  private Evaluation() {}

  /**
   * One report per quantized layer, in the model's order; skipped layers have none.
   *
   * @param model quantized
   * @param weights float weights, read
   * @param statistics with {@link Reports#requires()} at every site, best of inputs not used for
   *     calibration
   * @throws IOException if a weight cannot be read
   */
  public static List<LayerReport> reports(
      QuantizedModel model, WeightSource weights, SiteStatistics statistics, Compute compute)
      throws IOException {
    List<LayerReport> reports = new ArrayList<>();
    for (LayerResult result : model.layers()) {
      if (result.layer().isPresent()) {
        reports.add(report(result, model.siteOf(result.name()), weights, statistics, compute));
      }
    }
    return reports;
  }

  private static LayerReport report(
      LayerResult result,
      FittedSite site,
      WeightSource weights,
      SiteStatistics statistics,
      Compute compute)
      throws IOException {
    QuantizedLinear layer = result.layer().orElseThrow();
    FloatMatrix weight = weights.read(result.name());
    StatisticsView stats = statistics.at(site.site().id());
    if (site.placement() == Placement.FOLDED) {
      EquivalentTransform folded = site.transform();
      return Reports.compare(
          layer, folded.applyToWeight(weight), stats.under(folded), result.time(), compute);
    }
    return Reports.compare(layer, weight, stats, result.time(), compute);
  }
}
