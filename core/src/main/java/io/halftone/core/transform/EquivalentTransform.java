package io.halftone.core.transform;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;

/**
 * A change of basis T on the input of a linear layer that leaves its output unchanged: x ← x·T and
 * w ← w·T⁻ᵀ keep x·wᵀ.
 */
public sealed interface EquivalentTransform permits Identity, Diagonal, Permutation, Chain {
  /** Channels before the transform. */
  int sizeIn();

  /** Channels after the transform. */
  int sizeOut();

  /** T⁻¹. */
  EquivalentTransform inverse();

  /** x·T for x [tokens, sizeIn]; returns a new matrix. */
  FloatMatrix applyToInput(FloatMatrix x);

  /** w·T⁻ᵀ for w [out, sizeIn]; returns a new matrix. */
  FloatMatrix applyToWeight(FloatMatrix w);

  /** Tᵀ·G·T, the Gram matrix of x·T given that of x; returns a new matrix. */
  SquareMatrix applyToGram(SquareMatrix gram);

  /** Bits needed to store the transform when it stays online. */
  long storageBits();

  /** Whether this is the identity. */
  default boolean isIdentity() {
    return false;
  }
}
