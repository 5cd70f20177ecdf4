package io.halftone.benchmarks;

import io.halftone.core.recipe.Recipe;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.quantizers.grids.MinMax;
import io.halftone.quantizers.grids.MseSearch;
import io.halftone.quantizers.rounding.QuantEase;
import io.halftone.quantizers.rounding.Rtn;
import java.util.Map;
import java.util.Optional;

/** Compositions around rounding to nearest that are measured but no published system. */
final class Rounding {
  private static final Map<String, LinearQuantizer> PARTS =
      Map.of(
          "nearest-mse", new Rtn(new MseSearch(40, 2.4)),
          "nearest-sweep", new QuantEase(new Rtn(new MinMax()), 1));

  private Rounding() {}

  /** The composition of a name, if there is one. */
  static Optional<Recipe> named(String name, LayerScheme scheme) {
    return Optional.ofNullable(PARTS.get(name)).map(part -> Recipe.of(name, scheme).quantize(part));
  }
}
