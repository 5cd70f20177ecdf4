package io.halftone.testkit;

import io.halftone.core.transform.Diagonal;
import io.halftone.core.transform.EquivalentTransform;

class DiagonalTest extends TransformContract {
  @Override
  protected EquivalentTransform transform() {
    return new Diagonal(new float[] {1, 0.5f, 3, 1e-3f, 700, 0.1f, 1e4f});
  }
}
