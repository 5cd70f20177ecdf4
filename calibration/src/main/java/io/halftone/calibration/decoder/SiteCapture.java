package io.halftone.calibration.decoder;

import io.halftone.calibration.SiteStatistics;
import io.halftone.core.kernel.Compute;
import io.halftone.core.model.Block;
import io.halftone.core.model.ModelGraph;
import io.halftone.core.model.TransformSite;
import io.halftone.core.stats.ActivationBatch;
import io.halftone.core.stats.Statistic;
import io.halftone.core.tensor.FloatMatrix;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * Collects statistics of a sublayer's sites from a residual stream, which stays where it is.
 *
 * @param stream states in front of the sublayer
 * @param every of how many tokens one is looked at, at least 1
 * @param statistics collected at every site
 * @param compute where it runs
 */
record SiteCapture(
    ResidualStream stream, int every, Set<Statistic<?>> statistics, Compute compute) {

  /** Statistics of some of the sublayer's sites. */
  SiteStatistics of(Sublayer sublayer, List<TransformSite> sites) throws IOException {
    List<String> linears = sublayer.linears().stream().map(LinearLayer::name).toList();
    return SiteStatistics.collect(
        new ModelGraph(List.of(new Block(sublayer.name(), linears, sites))),
        (ids, consumer) -> {
          for (int i = 0; i < stream.batches(); i++) {
            for (TransformSite site : sites) {
              consumer.accept(
                  site.id(), batch(tensor(sublayer, site, stream, i, compute), stream.weights(i)));
            }
          }
        },
        statistics,
        compute);
  }

  /** The tensor of a site for one batch of a stream. */
  static FloatMatrix tensor(
      Sublayer sublayer, TransformSite site, ResidualStream stream, int batch, Compute compute) {
    FloatMatrix state = stream.state(batch);
    return site.consumers().contains(sublayer.output().name())
        ? sublayer.mixed(state, stream.lengths(batch), compute)
        : sublayer.normed(state, compute);
  }

  private ActivationBatch batch(FloatMatrix x, float[] weights) {
    float[] weight = new float[x.rows()];
    for (int t = 0; t < weight.length; t += every) {
      weight[t] = weights[t];
    }
    return new ActivationBatch(x, weight);
  }
}
