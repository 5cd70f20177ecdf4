package io.halftone.calibration.decoder;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;

/**
 * The mean KL divergence of a model's predictions from the float model's, and its gradient by the
 * last state of the residual stream.
 *
 * <p>With p the float model's probabilities and q the other's, Σ p·(ln p − ln q) has the gradient q
 * − p by the logits.
 *
 * @param reference the float model's
 * @param head the other model's; both have no cap of logits
 * @param compute where it runs
 */
record DivergenceGradient(Head reference, Head head, Compute compute) {
  /** Tokens whose logits are in memory together. */
  private static final int LOGIT_TOKENS = 128;

  DivergenceGradient {
    if (head.cap() != 0) {
      throw new IllegalArgumentException("gradients do not go through a cap of logits");
    }
  }

  /** Divergence and gradient. */
  record Result(double divergence, FloatMatrix gradient) {}

  /**
   * Computes both.
   *
   * @param exact last states of the float model [tokens, hidden], read
   * @param states of the other model, read
   */
  Result of(FloatMatrix exact, FloatMatrix states) {
    FloatMatrix byNormed = FloatMatrix.zeros(states.rows(), states.cols());
    double sum = 0;
    for (int from = 0; from < states.rows(); from += LOGIT_TOKENS) {
      int to = Math.min(states.rows(), from + LOGIT_TOKENS);
      FloatMatrix wanted = reference.logits(exact.rows(from, to), compute);
      FloatMatrix got = head.logits(states.rows(from, to), compute);
      double[] divergence = new double[to - from];
      compute.parallel(to - from, t -> divergence[t] = replace(got, wanted, t, 1f / states.rows()));
      for (double value : divergence) {
        sum += value;
      }
      FloatMatrix part = compute.algebra().multiply(got, head.weight());
      System.arraycopy(part.data(), 0, byNormed.data(), byNormed.offset(from), part.data().length);
    }
    FloatMatrix gradient = FloatMatrix.zeros(states.rows(), states.cols());
    head.norm().addGradient(states, byNormed, gradient, compute);
    return new Result(sum / states.rows(), gradient);
  }

  /** Puts (q − p)·weight in the place of a row of logits; gives the row's divergence. */
  private static double replace(FloatMatrix got, FloatMatrix wanted, int t, float weight) {
    int size = got.cols();
    int row = got.offset(t);
    Prediction p = new Prediction(wanted.data(), row, size);
    Prediction q = new Prediction(got.data(), row, size);
    double divergence = p.divergenceOf(q);
    for (int v = 0; v < size; v++) {
      got.data()[row + v] = weight * (q.probability(v) - p.probability(v));
    }
    return divergence;
  }
}
