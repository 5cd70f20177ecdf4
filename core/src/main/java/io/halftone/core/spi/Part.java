package io.halftone.core.spi;

import io.halftone.core.stats.Statistic;
import java.io.Serializable;
import java.util.Set;

/**
 * A piece of a recipe: an immutable record of hyper-parameters, and a function without side effects
 * of its task.
 */
public interface Part extends Serializable {
  /** Statistics of the layer's inputs this part reads. */
  default Set<Statistic<?>> requires() {
    return Set.of();
  }
}
