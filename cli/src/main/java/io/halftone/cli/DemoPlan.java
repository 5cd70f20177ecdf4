package io.halftone.cli;

import io.halftone.core.recipe.Recipe;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.quantizers.catalog.Catalog;
import java.util.ArrayList;
import java.util.List;

/** Which recipes the demo runs, for which schemes. */
final class DemoPlan {
  private static final List<String> LOW_BIT = List.of("rtn", "gptq", "halftone");
  private static final List<String> KEPT = List.of("halftone", "smoothquant");

  private DemoPlan() {}

  /**
   * Every recipe under its scheme; rtn, gptq and halftone under 3 bits too. With schemes given,
   * every weight-only recipe under each of them, and the others under their own where ONNX has a
   * form for their inputs.
   */
  static List<Recipe> recipes(List<String> schemes) {
    List<String> chosen = schemes.isEmpty() ? List.of("W4A16_G32") : schemes;
    List<Recipe> recipes = new ArrayList<>();
    for (String scheme : chosen) {
      LayerScheme layers = Schemes.named(scheme);
      Catalog.names().stream()
          .filter(name -> Catalog.describe(name).defaultScheme().isWeightOnly())
          .forEach(name -> recipes.add(Catalog.named(name, layers)));
    }
    if (schemes.isEmpty()) {
      LOW_BIT.forEach(name -> recipes.add(Catalog.named(name, Schemes.W3A16_G32)));
    }
    Catalog.names().stream()
        .filter(name -> !Catalog.describe(name).defaultScheme().isWeightOnly())
        .map(name -> Catalog.named(name, Catalog.describe(name).defaultScheme()))
        .filter(recipe -> recipe.scheme().input().equals(Schemes.A8_PER_TOKEN))
        .forEach(recipes::add);
    return recipes;
  }

  /**
   * Whether the demo leaves the model of a recipe behind: the best at four bits, and the 8-bit one.
   */
  static boolean keeps(Recipe recipe) {
    return KEPT.contains(recipe.name()) && recipe.scheme().weight().format().bits() >= 4;
  }
}
