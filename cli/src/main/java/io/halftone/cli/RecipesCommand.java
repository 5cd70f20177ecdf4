package io.halftone.cli;

import io.halftone.core.recipe.Recipe;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.io.recipe.RecipeJson;
import io.halftone.quantizers.catalog.Catalog;
import io.halftone.quantizers.catalog.CatalogEntry;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the catalogue, or prints one recipe as a file to start from. */
@Command(
    name = "recipes",
    mixinStandardHelpOptions = true,
    description = {
      "Lists the published methods by name.",
      "With a name: prints the recipe as JSON, to be changed and given to 'quantize --recipe FILE'."
    })
final class RecipesCommand implements Callable<Integer> {
  @Mixin private Output output;

  @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "Name of a recipe.")
  private String name;

  @Option(
      names = "--scheme",
      paramLabel = "SCHEME",
      description = "Scheme of the printed recipe, such as W4A16_G32 (default: the recipe's own).")
  private String scheme;

  @Override
  public Integer call() {
    if (name == null) {
      List<CatalogEntry> entries = Catalog.names().stream().map(Catalog::describe).toList();
      output.print(new Listing(entries), () -> entries.forEach(this::print));
    } else {
      LayerScheme layers =
          scheme == null ? Catalog.describe(name).defaultScheme() : Schemes.named(scheme);
      Recipe recipe = Catalog.named(name, layers);
      output.line("%s", RecipeJson.write(recipe));
      output.flush();
    }
    return 0;
  }

  private void print(CatalogEntry entry) {
    output.line("%-24s %s", entry.name(), entry.summary());
    output.line("%-24s %s", "", entry.source());
  }

  private record Listing(List<CatalogEntry> recipes) {}
}
