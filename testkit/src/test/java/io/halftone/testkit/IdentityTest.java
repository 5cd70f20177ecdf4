package io.halftone.testkit;

import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;

class IdentityTest extends TransformContract {
  @Override
  protected EquivalentTransform transform() {
    return new Identity(13);
  }
}
