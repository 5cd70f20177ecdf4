package io.halftone.calibration.decoder;

/**
 * How well a model predicts each token of some sequences from those before it.
 *
 * @param predictions tokens predicted: all but the first of each sequence
 * @param negativeLogLikelihood mean −ln p(token), in nats
 * @param divergence mean KL divergence of the model's distribution from the float model's, in nats
 * @param agreement share of tokens whose most likely prediction is the float model's, in [0, 1]
 */
public record LanguageScore(
    long predictions, double negativeLogLikelihood, double divergence, double agreement) {
  /** e to the mean negative log likelihood. */
  public double perplexity() {
    return StrictMath.exp(negativeLogLikelihood);
  }
}
