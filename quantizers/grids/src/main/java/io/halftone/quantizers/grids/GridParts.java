package io.halftone.quantizers.grids;

import io.halftone.core.spi.Part;
import io.halftone.core.spi.PartProvider;
import java.util.List;

/** The grid fitters by name. */
public final class GridParts implements PartProvider {
  /** Called by {@link java.util.ServiceLoader}. */
  public GridParts() {}

  @Override
  public List<Class<? extends Part>> parts() {
    return List.of(
        AbsMax.class,
        MinMax.class,
        Percentile.class,
        MseSearch.class,
        WeightedMseSearch.class,
        ClipSearch.class,
        HalfQuadratic.class,
        FullAbsMax.class,
        SignedMax.class,
        MidRise.class,
        MinMaxOffset.class,
        PowerOfTwo.class,
        PowerOfTwoSearch.class);
  }
}
