package io.halftone.benchmarks;

import io.halftone.core.recipe.Recipe;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.spi.LinearQuantizer;
import io.halftone.quantizers.grids.MinMax;
import io.halftone.quantizers.grids.MseSearch;
import io.halftone.quantizers.rounding.ColumnOrder;
import io.halftone.quantizers.rounding.Gptq;
import io.halftone.quantizers.rounding.GroupFit;
import io.halftone.quantizers.rounding.QuantEase;
import io.halftone.quantizers.rounding.Rtn;
import java.util.Map;
import java.util.Optional;

/** Compositions that are measured but no published system. */
final class Rounding {
  /** The catalogue's GPTQ on ranges shrunk for the weight's squared error. */
  private static final Gptq SEARCHED =
      new Gptq(0.01, 512, ColumnOrder.ACTIVATION, GroupFit.STATIC, new MseSearch(10, 2));

  private static final Map<String, LinearQuantizer> PARTS =
      Map.of(
          "nearest-mse", new Rtn(new MseSearch(40, 2.4)),
          "nearest-sweep", new QuantEase(new Rtn(new MinMax()), 1),
          "gptq-searched", SEARCHED);

  private Rounding() {}

  /** The composition of a name, if there is one. */
  static Optional<Recipe> named(String name, LayerScheme scheme) {
    return Optional.ofNullable(PARTS.get(name)).map(part -> Recipe.of(name, scheme).quantize(part));
  }
}
