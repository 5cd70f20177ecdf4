package io.halftone.calibration.decoder;

/**
 * The distribution of one token: row {@code row} of a matrix of logits.
 *
 * <p>Terms of the normalising sum are float ({@link Exponential}, relative error 1.2e-7), the sum
 * is double over ascending tokens, its logarithm {@link StrictMath#log}.
 */
final class Prediction {
  private final float[] logits;
  private final int offset;
  private final int size;
  private final int top;
  private final double logSum;

  Prediction(float[] logits, int offset, int size) {
    this.logits = logits;
    this.offset = offset;
    this.size = size;
    int largest = 0;
    for (int v = 1; v < size; v++) {
      largest = logits[offset + v] > logits[offset + largest] ? v : largest;
    }
    this.top = largest;
    float max = logits[offset + largest];
    double sum = 0;
    for (int v = 0; v < size; v++) {
      sum += Exponential.of(logits[offset + v] - max);
    }
    this.logSum = max + StrictMath.log(sum);
  }

  /** The most likely token, the first of several. */
  int top() {
    return top;
  }

  /** ln p(token). */
  double logLikelihood(int token) {
    return logits[offset + token] - logSum;
  }

  /** p(token), rounded. */
  float probability(int token) {
    return Exponential.of((float) logLikelihood(token));
  }

  /** Σ p·(ln p − ln q) with p this distribution and q the other. */
  double divergenceOf(Prediction other) {
    float max = logits[offset + top];
    double weighted = 0;
    double sum = 0;
    for (int v = 0; v < size; v++) {
      double p = Exponential.of(logits[offset + v] - max);
      sum += p;
      weighted += p * ((double) logits[offset + v] - other.logits[other.offset + v]);
    }
    return weighted / sum - logSum + other.logSum;
  }
}
