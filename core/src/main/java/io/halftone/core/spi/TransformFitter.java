package io.halftone.core.spi;

import io.halftone.core.kernel.Compute;
import io.halftone.core.transform.EquivalentTransform;
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
}
