package io.halftone.core.transform;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;

/**
 * T = diag(factor): input channel j is multiplied by factor[j], weight column j divided by it.
 *
 * <p>SmoothQuant's and AWQ's s is 1 / factor.
 *
 * @param factor one positive finite number per channel, taken over without a copy
 */
public record Diagonal(float[] factor) implements EquivalentTransform {
  /** Validates the factors. */
  public Diagonal {
    for (int j = 0; j < factor.length; j++) {
      if (!(factor[j] > 0) || Float.isInfinite(factor[j])) {
        throw new IllegalArgumentException(
            "factor of channel " + j + " is " + factor[j] + ", must be positive and finite");
      }
    }
  }

  @Override
  public int sizeIn() {
    return factor.length;
  }

  @Override
  public int sizeOut() {
    return factor.length;
  }

  @Override
  public Diagonal inverse() {
    float[] inverse = new float[factor.length];
    for (int j = 0; j < inverse.length; j++) {
      inverse[j] = 1 / factor[j];
    }
    return new Diagonal(inverse);
  }

  @Override
  public FloatMatrix applyToInput(FloatMatrix x) {
    Sizes.check("input", x.cols(), factor.length);
    FloatMatrix y = x.copy();
    float[] data = y.data();
    for (int r = 0; r < y.rows(); r++) {
      int row = y.offset(r);
      for (int j = 0; j < factor.length; j++) {
        data[row + j] *= factor[j];
      }
    }
    return y;
  }

  @Override
  public FloatMatrix applyToWeight(FloatMatrix w) {
    Sizes.check("weight", w.cols(), factor.length);
    FloatMatrix y = FloatMatrix.zeros(w.rows(), factor.length);
    for (int r = 0; r < y.rows(); r++) {
      divideRow(w.data(), y.data(), y.offset(r));
    }
    return y;
  }

  @Override
  public FloatMatrix applyToWeight(FloatMatrix w, Compute compute) {
    Sizes.check("weight", w.cols(), factor.length);
    FloatMatrix y = FloatMatrix.zeros(w.rows(), factor.length);
    compute.parallel(y.rows(), r -> divideRow(w.data(), y.data(), y.offset(r)));
    return y;
  }

  private void divideRow(float[] w, float[] y, int row) {
    for (int j = 0; j < factor.length; j++) {
      y[row + j] = w[row + j] / factor[j];
    }
  }

  @Override
  public SquareMatrix applyToGram(SquareMatrix gram) {
    Sizes.check("Gram matrix", gram.size(), factor.length);
    int n = factor.length;
    double[] values = gram.values().clone();
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        values[i * n + j] *= (double) factor[i] * factor[j];
      }
    }
    return new SquareMatrix(n, values);
  }

  @Override
  public long storageBits() {
    return 32L * factor.length;
  }
}
