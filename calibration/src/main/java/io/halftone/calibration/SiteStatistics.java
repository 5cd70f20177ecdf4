package io.halftone.calibration;

import io.halftone.core.kernel.Compute;
import io.halftone.core.model.ModelGraph;
import io.halftone.core.model.TransformSite;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.stats.ActivationBatch;
import io.halftone.core.stats.CollectedStatistics;
import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.StatisticsView;
import io.halftone.core.tensor.FloatMatrix;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Statistics of every site of a model; linears that read the same tensor share them.
 *
 * @param bySite by site id
 * @param tokens tokens with positive weight seen at the site that saw the most
 */
public record SiteStatistics(Map<String, CollectedStatistics> bySite, long tokens) {

  /**
   * Streams a source once through the statistics. Memory: the accumulators and one batch, whatever
   * the length of the text.
   *
   * @param statistics collected at every site
   * @throws QuantizationException if an activation is not finite; names site, token, channel and
   *     value
   * @throws IllegalArgumentException if the source yields no token for a site
   * @throws IOException if the source fails
   */
  public static SiteStatistics collect(
      ModelGraph graph, ActivationSource source, Set<Statistic<?>> statistics, Compute compute)
      throws IOException {
    Map<String, CollectedStatistics> bySite = new LinkedHashMap<>();
    Map<String, Long> tokens = new TreeMap<>();
    for (TransformSite site : graph.sites()) {
      bySite.put(site.id(), CollectedStatistics.zero(statistics, site.size()));
      tokens.put(site.id(), 0L);
    }
    source.stream(
        bySite.keySet(),
        (site, batch) -> {
          requireFinite(site, batch, tokens.get(site));
          bySite.computeIfPresent(site, (id, collected) -> collected.add(batch, compute));
          tokens.merge(site, weighted(batch), Long::sum);
        });
    tokens.forEach(
        (site, seen) -> {
          if (seen == 0) {
            throw new IllegalArgumentException(
                "site "
                    + site
                    + " saw no token of the calibration inputs; give more text or exclude its layers");
          }
        });
    return new SiteStatistics(
        bySite, tokens.values().stream().mapToLong(Long::longValue).max().orElse(0));
  }

  /** The statistics of a site. */
  public StatisticsView at(String site) {
    return Objects.requireNonNull(bySite.get(site), () -> "no statistics of site " + site);
  }

  private static long weighted(ActivationBatch batch) {
    long count = 0;
    for (float weight : batch.tokenWeight()) {
      count += weight > 0 ? 1 : 0;
    }
    return count;
  }

  private static void requireFinite(String site, ActivationBatch batch, long seen) {
    FloatMatrix x = batch.x();
    for (int t = 0; t < x.rows(); t++) {
      for (int c = 0; c < x.cols(); c++) {
        float value = x.data()[x.offset(t) + c];
        if (!Float.isFinite(value) && batch.tokenWeight()[t] > 0) {
          throw new QuantizationException(
              site,
              "activation of token "
                  + (seen + t)
                  + ", channel "
                  + c
                  + " is "
                  + value
                  + ", must be finite");
        }
      }
    }
  }
}
