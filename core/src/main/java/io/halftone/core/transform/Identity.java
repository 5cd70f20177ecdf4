package io.halftone.core.transform;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;

/**
 * The transform that changes nothing.
 *
 * @param size number of channels
 */
public record Identity(int size) implements EquivalentTransform {
  @Override
  public int sizeIn() {
    return size;
  }

  @Override
  public int sizeOut() {
    return size;
  }

  @Override
  public EquivalentTransform inverse() {
    return this;
  }

  @Override
  public FloatMatrix applyToInput(FloatMatrix x) {
    Sizes.check("input", x.cols(), size);
    return x.copy();
  }

  @Override
  public FloatMatrix applyToWeight(FloatMatrix w) {
    Sizes.check("weight", w.cols(), size);
    return w.copy();
  }

  @Override
  public SquareMatrix applyToGram(SquareMatrix gram) {
    Sizes.check("Gram matrix", gram.size(), size);
    return gram.copy();
  }

  @Override
  public long storageBits() {
    return 0;
  }

  @Override
  public boolean isIdentity() {
    return true;
  }
}
