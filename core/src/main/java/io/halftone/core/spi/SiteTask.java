package io.halftone.core.spi;

import io.halftone.core.model.TransformSite;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.stats.StatisticsView;
import io.halftone.core.tensor.FloatMatrix;
import java.util.List;

/**
 * A site whose transform is to be fitted.
 *
 * @param site where
 * @param weights [out, in] of each consumer, in the site's order
 * @param scheme what the consumers shall look like
 * @param stats of the site's tensor
 */
public record SiteTask(
    TransformSite site, List<FloatMatrix> weights, LayerScheme scheme, StatisticsView stats) {
  /** Takes a copy of the list. */
  public SiteTask {
    weights = List.copyOf(weights);
  }

  /** The task of quantizing one consumer. */
  public LinearTask linear(int consumer) {
    return LinearTask.of(site.consumers().get(consumer), weights.get(consumer), scheme, stats);
  }
}
