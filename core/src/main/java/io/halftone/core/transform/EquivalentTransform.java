package io.halftone.core.transform;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;

/**
 * A change of basis T on the input of a linear layer that leaves its output unchanged: x ← x·T and
 * w ← w·T⁻ᵀ keep x·wᵀ. Where T subtracts a constant, too, the layer's bias makes good for it.
 */
public sealed interface EquivalentTransform
    permits Identity, Diagonal, Shift, Permutation, Hadamard, Dense, Kronecker, Chain {
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

  /** As {@link #applyToWeight(FloatMatrix)}, with all threads: rows do not depend on each other. */
  default FloatMatrix applyToWeight(FloatMatrix w, Compute compute) {
    FloatMatrix result = FloatMatrix.zeros(w.rows(), sizeOut());
    int slab = 32;
    compute.parallel(
        (w.rows() + slab - 1) / slab,
        s -> {
          FloatMatrix rows = applyToWeight(w.rows(s * slab, Math.min(w.rows(), (s + 1) * slab)));
          System.arraycopy(
              rows.data(), 0, result.data(), result.offset(s * slab), rows.data().length);
        });
    return result;
  }

  /**
   * The bias of a layer whose input and weight were transformed.
   *
   * @param w [out, sizeIn] before the transform, read
   * @param bias [out], or empty; read
   * @return the bias itself where T is linear
   */
  default float[] correctBias(FloatMatrix w, float[] bias) {
    return bias;
  }

  /** Whether x·T is linear in x, so that biases and Gram matrices follow without the means. */
  default boolean isLinear() {
    return true;
  }

  /** Tᵀ·G·T, the Gram matrix of x·T given that of x; returns a new matrix. */
  SquareMatrix applyToGram(SquareMatrix gram);

  /** Bits needed to store the transform when it stays online. */
  long storageBits();

  /** Whether this is the identity. */
  default boolean isIdentity() {
    return false;
  }
}
