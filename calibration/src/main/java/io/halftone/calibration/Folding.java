package io.halftone.calibration;

import io.halftone.core.model.TransformSite;
import io.halftone.core.transform.Chain;
import io.halftone.core.transform.Diagonal;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Kronecker;
import io.halftone.core.transform.Shift;

/** The one place that decides whether a transform is folded or stays online. */
final class Folding {
  private Folding() {}

  static Placement place(TransformSite site, EquivalentTransform transform) {
    if (transform.isIdentity()) {
      return Placement.NONE;
    }
    return absorbed(site, transform) ? Placement.FOLDED : Placement.ONLINE;
  }

  private static boolean absorbed(TransformSite site, EquivalentTransform transform) {
    if (transform instanceof Chain chain) {
      return chain.steps().stream().allMatch(step -> absorbed(site, step));
    }
    return switch (site.absorbs()) {
      case NOTHING -> false;
      case DIAGONAL -> transform instanceof Diagonal;
      case AFFINE -> transform instanceof Diagonal || transform instanceof Shift;
      case PER_HEAD -> transform instanceof Diagonal || keepsHeadsApart(site, transform);
      case ANY -> true;
    };
  }

  private static boolean keepsHeadsApart(TransformSite site, EquivalentTransform transform) {
    return transform instanceof Kronecker product
        && product.left().isIdentity()
        && product.left().sizeIn() == site.heads();
  }
}
