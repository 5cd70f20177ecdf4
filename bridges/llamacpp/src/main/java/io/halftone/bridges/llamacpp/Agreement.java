package io.halftone.bridges.llamacpp;

import io.halftone.core.tensor.FloatMatrix;

/**
 * How far two models' next-token distributions agree.
 *
 * @param positions compared
 * @param sameTop positions whose most likely token is the same
 * @param meanDivergence mean KL divergence of the second from the first, in nats
 * @param maxDivergence largest of a position
 */
public record Agreement(long positions, long sameTop, double meanDivergence, double maxDivergence) {
  /** Nothing compared yet. */
  public static final Agreement NONE = new Agreement(0, 0, 0, 0);

  /** Share of positions with the same most likely token, in [0, 1]; 1 if there is none. */
  public double topShare() {
    return positions == 0 ? 1 : sameTop / (double) positions;
  }

  /**
   * Compares further positions.
   *
   * @param first logits [positions, vocabulary]
   * @param second of the same shape
   * @throws IllegalArgumentException if the shapes differ
   */
  public Agreement and(FloatMatrix first, FloatMatrix second) {
    if (first.rows() != second.rows() || first.cols() != second.cols()) {
      throw new IllegalArgumentException(
          "logits are " + first + " and " + second + ", they must have one shape");
    }
    double sum = meanDivergence * positions;
    double max = maxDivergence;
    long same = sameTop;
    for (int t = 0; t < first.rows(); t++) {
      double divergence = divergence(first, second, t);
      sum += divergence;
      max = Math.max(max, divergence);
      same += top(first, t) == top(second, t) ? 1 : 0;
    }
    long count = positions + first.rows();
    return new Agreement(count, same, count == 0 ? 0 : sum / count, max);
  }

  private static int top(FloatMatrix logits, int row) {
    int top = 0;
    for (int v = 1; v < logits.cols(); v++) {
      top = logits.get(row, v) > logits.get(row, top) ? v : top;
    }
    return top;
  }

  private static double divergence(FloatMatrix first, FloatMatrix second, int row) {
    double p = logSum(first, row);
    double q = logSum(second, row);
    double sum = 0;
    for (int v = 0; v < first.cols(); v++) {
      double log = first.get(row, v) - p;
      sum += StrictMath.exp(log) * (log - (second.get(row, v) - q));
    }
    return sum;
  }

  private static double logSum(FloatMatrix logits, int row) {
    double max = logits.get(row, top(logits, row));
    double sum = 0;
    for (int v = 0; v < logits.cols(); v++) {
      sum += StrictMath.exp(logits.get(row, v) - max);
    }
    return max + StrictMath.log(sum);
  }
}
