package io.halftone.testkit;

import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Permutation;

class PermutationTest extends TransformContract {
  @Override
  protected EquivalentTransform transform() {
    return new Permutation(new int[] {4, 0, 5, 1, 3, 2});
  }
}
