package io.halftone.quantizers.rounding;

import io.halftone.core.spi.Part;
import io.halftone.core.spi.PartProvider;
import java.util.List;

/** Lists the parts of this module for recipe files and the command line. */
public final class RoundingParts implements PartProvider {
  /** For the service loader. */
  public RoundingParts() {}

  @Override
  public List<Class<? extends Part>> parts() {
    return List.of(
        Rtn.class,
        Gptq.class,
        QuantEase.class,
        OutlierQuantEase.class,
        ScaleRefit.class,
        AdaptiveRounding.class);
  }
}
