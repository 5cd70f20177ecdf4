package io.halftone.calibration.decoder;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;

/**
 * The final normalisation and the output matrix.
 *
 * @param norm over the residual stream
 * @param weight [vocabulary, hidden]
 * @param cap c of c·tanh(logit/c), 0 without
 */
public record Head(Norm norm, FloatMatrix weight, float cap) {
  /**
   * Logits.
   *
   * @param x last state of the residual stream [tokens, hidden], read
   * @return [tokens, vocabulary]
   */
  public FloatMatrix logits(FloatMatrix x, Compute compute) {
    FloatMatrix logits = compute.algebra().multiplyTransposed(norm.apply(x, compute), weight);
    float[] data = logits.data();
    for (int i = 0; cap != 0 && i < data.length; i++) {
      data[i] = cap * Activations.tanh(data[i] / cap);
    }
    return logits;
  }
}
