package io.halftone.calibration;

import io.halftone.core.model.TransformSite;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;

/**
 * A site and what a recipe did there.
 *
 * @param site where
 * @param transform T, the identity when nothing was fitted
 * @param placement folded or online
 */
public record FittedSite(TransformSite site, EquivalentTransform transform, Placement placement) {
  /** The site in its own basis. */
  public static FittedSite untouched(TransformSite site) {
    return new FittedSite(site, new Identity(site.size()), Placement.NONE);
  }

  /** What is left to do once a folded transform stands in the weights: nothing. */
  public FittedSite merged() {
    return placement == Placement.FOLDED
        ? new FittedSite(site, new Identity(site.size()), placement)
        : this;
  }
}
