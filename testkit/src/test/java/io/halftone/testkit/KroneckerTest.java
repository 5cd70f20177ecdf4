package io.halftone.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;
import io.halftone.core.transform.Kronecker;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KroneckerTest extends TransformContract {
  @Override
  protected EquivalentTransform transform() {
    return new Kronecker(DenseTest.skewed(3), Signs.hadamard(4));
  }

  /** With the identity on the left every group of channels is transformed on its own. */
  @Test
  void theLeftIdentityKeepsGroupsApart() {
    EquivalentTransform inner = Signs.hadamard(4);
    FloatMatrix x = Fixtures.gaussian(new Random(5), 3, 8, 1);
    FloatMatrix both = new Kronecker(new Identity(2), inner).applyToInput(x);
    FloatMatrix second = inner.applyToInput(x.columns(new int[] {4, 5, 6, 7}));
    assertArrayEquals(second.data(), both.columns(new int[] {4, 5, 6, 7}).data());
    assertTrue(new Kronecker(new Identity(2), new Identity(3)).isIdentity());
  }
}
