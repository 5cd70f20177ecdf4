package io.halftone.core.recipe;

import io.halftone.core.spi.LinearQuantizer;
import io.halftone.core.spi.Part;
import io.halftone.core.spi.TransformFitter;

/** One step of a recipe. */
public sealed interface Step {
  /** The algorithm of this step. */
  Part part();

  /**
   * Fits a transform at each chosen site and changes the weights' basis.
   *
   * @param part the algorithm
   * @param sites chosen by the names of their consumers: a site takes part if any consumer is
   *     accepted
   */
  record FitTransforms(TransformFitter part, NameFilter sites) implements Step {}

  /**
   * Quantizes each chosen layer.
   *
   * @param part the algorithm
   * @param layers chosen by name
   */
  record QuantizeLinears(LinearQuantizer part, NameFilter layers) implements Step {}
}
