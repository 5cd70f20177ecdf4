package io.halftone.testkit;

import io.halftone.core.transform.Chain;
import io.halftone.core.transform.Diagonal;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;
import io.halftone.core.transform.Permutation;
import java.util.List;

class ChainTest extends TransformContract {
  @Override
  protected EquivalentTransform transform() {
    return new Chain(
        List.of(
            new Permutation(new int[] {3, 1, 0, 2}),
            new Diagonal(new float[] {2, 0.3f, 11, 0.07f}),
            new Identity(4),
            new Permutation(new int[] {1, 2, 3, 0})));
  }
}
