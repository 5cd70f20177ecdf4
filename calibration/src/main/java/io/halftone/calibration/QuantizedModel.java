package io.halftone.calibration;

import io.halftone.core.recipe.Recipe;
import java.util.List;

/**
 * What a recipe made of a model.
 *
 * @param recipe that was run
 * @param layers every linear of the model, in its order
 * @param sites every site of the model, in its order
 */
public record QuantizedModel(Recipe recipe, List<LayerResult> layers, List<FittedSite> sites) {
  /** Takes copies of the lists. */
  public QuantizedModel {
    layers = List.copyOf(layers);
    sites = List.copyOf(sites);
  }

  /** The site a layer reads. */
  public FittedSite siteOf(String layer) {
    return sites.stream()
        .filter(fitted -> fitted.site().consumers().contains(layer))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no site is read by layer " + layer));
  }
}
