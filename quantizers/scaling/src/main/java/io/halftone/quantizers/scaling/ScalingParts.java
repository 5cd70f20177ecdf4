package io.halftone.quantizers.scaling;

import io.halftone.core.spi.Part;
import io.halftone.core.spi.PartProvider;
import java.util.List;

/** The parts of this module by name. */
public final class ScalingParts implements PartProvider {
  @Override
  public List<Class<? extends Part>> parts() {
    return List.of(
        SmoothScaling.class,
        AwqScaling.class,
        SmoothQuantPlus.class,
        FeedbackScaling.class,
        StaticSteps.class,
        CrossScaling.class,
        ShiftScaling.class);
  }
}
