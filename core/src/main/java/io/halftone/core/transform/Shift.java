package io.halftone.core.transform;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;

/**
 * Subtracts a constant from every channel: x ← x − z, w stays, and the bias takes w·z, so that x·wᵀ
 * + b is kept.
 *
 * @param offset z, one finite number per channel, taken over without a copy
 * @see <a href="https://arxiv.org/abs/2304.09145">Wei et al., Outlier Suppression+, 2023, section
 *     4.1 (channel-wise shifting)</a>
 */
public record Shift(float[] offset) implements EquivalentTransform {
  /** Validates the offsets. */
  public Shift {
    for (int c = 0; c < offset.length; c++) {
      if (!Float.isFinite(offset[c])) {
        throw new IllegalArgumentException(
            "offset of channel " + c + " is " + offset[c] + ", must be finite");
      }
    }
  }

  @Override
  public int sizeIn() {
    return offset.length;
  }

  @Override
  public int sizeOut() {
    return offset.length;
  }

  @Override
  public Shift inverse() {
    float[] back = new float[offset.length];
    for (int c = 0; c < back.length; c++) {
      back[c] = -offset[c];
    }
    return new Shift(back);
  }

  @Override
  public FloatMatrix applyToInput(FloatMatrix x) {
    Sizes.check("input", x.cols(), offset.length);
    FloatMatrix y = x.copy();
    for (int r = 0; r < y.rows(); r++) {
      int row = y.offset(r);
      for (int c = 0; c < offset.length; c++) {
        y.data()[row + c] -= offset[c];
      }
    }
    return y;
  }

  @Override
  public FloatMatrix applyToWeight(FloatMatrix w) {
    Sizes.check("weight", w.cols(), offset.length);
    return w.copy();
  }

  @Override
  public float[] correctBias(FloatMatrix w, float[] bias) {
    Sizes.check("weight", w.cols(), offset.length);
    float[] corrected = new float[w.rows()];
    for (int r = 0; r < corrected.length; r++) {
      double sum = bias.length == 0 ? 0 : bias[r];
      for (int c = 0; c < offset.length; c++) {
        sum = Math.fma((double) w.data()[w.offset(r) + c], offset[c], sum);
      }
      corrected[r] = (float) sum;
    }
    return corrected;
  }

  @Override
  public boolean isLinear() {
    return false;
  }

  /**
   * Never known.
   *
   * @throws UnsupportedOperationException always: the means of the channels would be needed, too
   */
  @Override
  public SquareMatrix applyToGram(SquareMatrix gram) {
    throw new UnsupportedOperationException(
        "a Gram matrix does not say what it becomes when a constant is subtracted from x");
  }

  @Override
  public long storageBits() {
    return 32L * offset.length;
  }
}
