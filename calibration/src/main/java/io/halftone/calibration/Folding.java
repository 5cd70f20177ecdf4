package io.halftone.calibration;

import io.halftone.core.model.Absorbs;
import io.halftone.core.model.TransformSite;
import io.halftone.core.transform.Diagonal;
import io.halftone.core.transform.EquivalentTransform;

/** The one place that decides whether a transform is folded or stays online. */
final class Folding {
  private Folding() {}

  static Placement place(TransformSite site, EquivalentTransform transform) {
    if (transform.isIdentity()) {
      return Placement.NONE;
    }
    boolean absorbed =
        site.absorbs() == Absorbs.ANY
            || (site.absorbs() != Absorbs.NOTHING && transform instanceof Diagonal);
    return absorbed ? Placement.FOLDED : Placement.ONLINE;
  }
}
