package io.halftone.core.spi;

import io.halftone.core.kernel.Compute;
import io.halftone.core.model.TransformSite;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;
import java.util.List;

/** Answers: in which basis? */
public interface TransformFitter extends Part {
  /**
   * Fits the transform of one site.
   *
   * @param task read
   */
  EquivalentTransform fit(SiteTask task, Compute compute);

  /**
   * Fits all sites of a model; by default each on its own.
   *
   * @param tasks in the order of the model
   * @return one transform per task
   */
  default List<EquivalentTransform> fitAll(List<SiteTask> tasks, Compute compute) {
    return tasks.stream().map(task -> fit(task, compute)).toList();
  }

  /**
   * An upper bound of the heap that fitting one site holds at its peak, in bytes, beside its task,
   * and that turning the site's Gram matrix by the transform takes afterwards. By default 16
   * matrices of the largest consumer's size in float, and five of channels by channels in double.
   *
   * @param consumers of the site, at least one
   */
  default long workingBytes(List<LayerSize> consumers) {
    long weights = consumers.stream().mapToLong(LayerSize::weights).max().orElseThrow();
    return 16 * Float.BYTES * weights + 5 * Double.BYTES * consumers.get(0).square();
  }

  /**
   * Fits a site of which nothing is read, neither weights nor inputs: the residual stream, which
   * all blocks share, and cached keys. By default nothing is done there.
   *
   * @param site of role {@link io.halftone.core.model.SiteRole#STREAM}, where the transform must be
   *     orthogonal, or {@link io.halftone.core.model.SiteRole#KEYS}
   */
  default EquivalentTransform fitUnseen(TransformSite site, Compute compute) {
    return new Identity(site.size());
  }
}
