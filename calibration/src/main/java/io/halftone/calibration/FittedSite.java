package io.halftone.calibration;

import io.halftone.core.model.TransformSite;
import io.halftone.core.transform.EquivalentTransform;

/**
 * A site and what a recipe did there.
 *
 * @param site where
 * @param transform T, the identity when nothing was fitted
 * @param placement folded or online
 */
public record FittedSite(TransformSite site, EquivalentTransform transform, Placement placement) {}
