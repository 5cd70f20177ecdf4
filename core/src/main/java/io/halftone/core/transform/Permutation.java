package io.halftone.core.transform;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;

/**
 * Reorders channels: channel j of the result is channel {@code order[j]} of the input, for inputs
 * and weights alike.
 *
 * @param order every channel once, taken over without a copy
 */
public record Permutation(int[] order) implements EquivalentTransform {
  /** Validates that every channel occurs once. */
  public Permutation {
    boolean[] seen = new boolean[order.length];
    for (int j = 0; j < order.length; j++) {
      int channel = order[j];
      if (channel < 0 || channel >= order.length || seen[channel]) {
        throw new IllegalArgumentException(
            "order["
                + j
                + "] is "
                + channel
                + ", every channel in [0, "
                + order.length
                + ") must occur once");
      }
      seen[channel] = true;
    }
  }

  @Override
  public int sizeIn() {
    return order.length;
  }

  @Override
  public int sizeOut() {
    return order.length;
  }

  @Override
  public Permutation inverse() {
    int[] inverse = new int[order.length];
    for (int j = 0; j < order.length; j++) {
      inverse[order[j]] = j;
    }
    return new Permutation(inverse);
  }

  @Override
  public FloatMatrix applyToInput(FloatMatrix x) {
    Sizes.check("input", x.cols(), order.length);
    return x.columns(order);
  }

  @Override
  public FloatMatrix applyToWeight(FloatMatrix w) {
    Sizes.check("weight", w.cols(), order.length);
    return w.columns(order);
  }

  @Override
  public SquareMatrix applyToGram(SquareMatrix gram) {
    Sizes.check("Gram matrix", gram.size(), order.length);
    int n = order.length;
    double[] values = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        values[i * n + j] = gram.values()[order[i] * n + order[j]];
      }
    }
    return new SquareMatrix(n, values);
  }

  @Override
  public long storageBits() {
    return 32L * order.length;
  }
}
