package io.halftone.quantizers.rotation;

import io.halftone.core.spi.Part;
import io.halftone.core.spi.PartProvider;
import java.util.List;

/** The parts of this module by name. */
public final class RotationParts implements PartProvider {
  @Override
  public List<Class<? extends Part>> parts() {
    return List.of(HadamardRotation.class, RandomRotation.class, KltRotation.class);
  }
}
