package io.halftone.calibration.decoder;

import io.halftone.calibration.LayerResult;
import io.halftone.core.kernel.Compute;
import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.StatisticsView;
import java.util.List;
import java.util.Set;

/** Looks at the layers of a site while the statistics that calibrated them are still there. */
interface SiteObserver {
  /** Looks at nothing. */
  SiteObserver NONE =
      new SiteObserver() {
        @Override
        public Set<Statistic<?>> requires() {
          return Set.of();
        }

        @Override
        public void quantized(
            List<LayerResult> results,
            SublayerWeights exact,
            StatisticsView statistics,
            Compute compute) {}
      };

  /** Statistics of the site that are read. */
  Set<Statistic<?>> requires();

  /**
   * Takes the layers of one site.
   *
   * @param results of the site's consumers, in the order they run
   * @param exact the float weights in the basis that was quantized
   * @param statistics of the site's tensor in this basis, with those required
   */
  void quantized(
      List<LayerResult> results, SublayerWeights exact, StatisticsView statistics, Compute compute);
}
