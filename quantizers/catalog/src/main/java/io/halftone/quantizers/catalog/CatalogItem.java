package io.halftone.quantizers.catalog;

import io.halftone.core.recipe.Recipe;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A recipe of the catalogue, for any scheme.
 *
 * @param recipe builds it
 * @param summary one sentence
 * @param source of the method
 * @param departures from the source, a sentence each
 */
record CatalogItem(
    Function<LayerScheme, Recipe> recipe, String summary, String source, List<String> departures) {
  /** Schemes of the recipes whose point is the activations. */
  private static final Map<String, LayerScheme> WITH_INPUTS =
      Map.of(
          "smoothquant", Schemes.W8A8,
          "outlier-suppression-plus", Schemes.W8A8,
          "outliertune", Schemes.W8A8,
          "crossquant", Schemes.W8A8,
          "quarot", Schemes.named("W4A4_G32"),
          "mambaquant", Schemes.named("W4A4_G32"));

  String name() {
    return recipe.apply(Schemes.W4A16_G32).name();
  }

  LayerScheme defaultScheme() {
    return WITH_INPUTS.getOrDefault(name(), Schemes.W4A16_G32);
  }
}
