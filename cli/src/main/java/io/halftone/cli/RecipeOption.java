package io.halftone.cli;

import io.halftone.core.recipe.Recipe;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Remainder;
import io.halftone.core.scheme.Schemes;
import io.halftone.io.recipe.RecipeJson;
import io.halftone.quantizers.catalog.Catalog;
import io.halftone.quantizers.catalog.StaticInputs;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which recipe, for which scheme. */
final class RecipeOption {
  @Option(
      names = "--recipe",
      paramLabel = "NAME|FILE",
      defaultValue = "halftone",
      description =
          "Name of a recipe (see 'halftone recipes') or a recipe file (default: ${DEFAULT-VALUE}).")
  private String recipe;

  @Option(
      names = "--scheme",
      paramLabel = "SCHEME",
      description =
          "W<2..8>A<4|8|16>[_G<group size>][_S], such as W4A16_G32, W8A8 or, with static inputs, W8A8_S, or MXFP4, MXFP8_E4M3, NVFP4, ... (default: the recipe's own).")
  private String scheme;

  @Option(
      names = "--short-last-group",
      description =
          "Where the group size does not divide a row, let the last group be shorter (default: refuse).")
  private boolean shortLastGroup;

  /** The recipe asked for. */
  Recipe recipe() {
    Path file = Path.of(recipe);
    Recipe chosen =
        recipe.endsWith(".json") || Files.isRegularFile(file) ? fromFile(file) : fromCatalogue();
    return shortLastGroup ? chosen.withScheme(shortened(chosen.scheme())) : chosen;
  }

  private Recipe fromFile(Path file) {
    Recipe read = InputException.reading("the recipe", () -> RecipeJson.read(file));
    return StaticInputs.stepped(scheme == null ? read : read.withScheme(Schemes.named(scheme)));
  }

  private Recipe fromCatalogue() {
    LayerScheme layers =
        scheme == null ? Catalog.describe(recipe).defaultScheme() : Schemes.named(scheme);
    return Catalog.named(recipe, layers);
  }

  private static LayerScheme shortened(LayerScheme layers) {
    if (layers.weight().granularity() instanceof Granularity.PerGroup groups) {
      Granularity lenient = new Granularity.PerGroup(groups.size(), Remainder.SHORT_LAST_GROUP);
      return new LayerScheme(layers.weight().withGranularity(lenient), layers.input());
    }
    return layers;
  }
}
