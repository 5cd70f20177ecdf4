package io.halftone.calibration.decoder;

import io.halftone.calibration.LayerResult;
import io.halftone.core.kernel.Compute;
import io.halftone.core.report.LayerReport;
import io.halftone.core.report.Reports;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.StatisticsView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Compares layers with their float weights on the inputs that calibrated them, so that no token is
 * run twice.
 */
final class CalibrationErrors implements SiteObserver {
  private final LayerScheme scheme;
  private final List<LayerReport> reports = new ArrayList<>();

  CalibrationErrors(LayerScheme scheme) {
    this.scheme = scheme;
  }

  @Override
  public Set<Statistic<?>> requires() {
    return Reports.requires(scheme);
  }

  @Override
  public void quantized(
      List<LayerResult> results,
      SublayerWeights exact,
      StatisticsView statistics,
      Compute compute) {
    for (LayerResult result : results) {
      LayerErrors.report(result, exact, statistics, compute).ifPresent(reports::add);
    }
  }

  /** One report per quantized layer, in the order they run. */
  List<LayerReport> reports() {
    return List.copyOf(reports);
  }
}
