package io.halftone.core.stats;

import io.halftone.core.tensor.FloatMatrix;
import java.util.Arrays;

/**
 * Some inputs of a linear layer.
 *
 * @param x [tokens, in], read
 * @param tokenWeight one non-negative finite weight per token; 0 leaves a token out
 */
public record ActivationBatch(FloatMatrix x, float[] tokenWeight) {
  /** Validates the weights. */
  public ActivationBatch {
    if (tokenWeight.length != x.rows()) {
      throw new IllegalArgumentException(
          tokenWeight.length + " token weights for " + x.rows() + " tokens");
    }
    for (int t = 0; t < tokenWeight.length; t++) {
      if (!(tokenWeight[t] >= 0) || Float.isInfinite(tokenWeight[t])) {
        throw new IllegalArgumentException(
            "weight of token " + t + " is " + tokenWeight[t] + ", must be finite and not negative");
      }
    }
  }

  /** Every token with weight 1. */
  public static ActivationBatch of(FloatMatrix x) {
    float[] weights = new float[x.rows()];
    Arrays.fill(weights, 1);
    return new ActivationBatch(x, weights);
  }

  /** Σ of the token weights. */
  public double totalWeight() {
    double sum = 0;
    for (float weight : tokenWeight) {
      sum += weight;
    }
    return sum;
  }
}
