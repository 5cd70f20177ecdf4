package io.halftone.io.recipe;

import io.halftone.core.format.IntFormat;
import io.halftone.core.scheme.BlockFormats;
import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.scheme.TensorScheme;
import java.util.Map;
import java.util.Optional;

/** The short names of layer schemes. */
final class SchemeNames {
  private static final int LARGEST_GROUP = 999_999_999;
  private static final Map<TensorScheme, String> INPUTS =
      Map.of(Schemes.FULL, "A16", Schemes.A8_PER_TOKEN, "A8", Schemes.A4_PER_TOKEN, "A4");
  private static final String STATIC = "_S";
  private static final Map<TensorScheme, String> STATIC_INPUTS =
      Map.of(
          Schemes.named("W8A8" + STATIC).input(),
          "A8",
          Schemes.named("W4A4" + STATIC).input(),
          "A4");

  private SchemeNames() {}

  /** The name by which {@link Schemes#named} finds this very scheme, if there is one. */
  static Optional<String> of(LayerScheme scheme) {
    if (BlockFormats.contains(scheme)) {
      return Optional.of(Schemes.nameOf(scheme));
    }
    if (!(scheme.weight().format() instanceof IntFormat format)) {
      return Optional.empty();
    }
    boolean fixed = STATIC_INPUTS.containsKey(scheme.input());
    if (!fixed && !INPUTS.containsKey(scheme.input())) {
      return Optional.empty();
    }
    String name = "W" + format.bits() + (fixed ? STATIC_INPUTS : INPUTS).get(scheme.input());
    if (scheme.weight().granularity() instanceof Granularity.PerGroup cells) {
      if (cells.size() > LARGEST_GROUP) {
        return Optional.empty();
      }
      name += "_G" + cells.size();
    }
    name += fixed ? STATIC : "";
    return Schemes.named(name).equals(scheme) ? Optional.of(name) : Optional.empty();
  }
}
