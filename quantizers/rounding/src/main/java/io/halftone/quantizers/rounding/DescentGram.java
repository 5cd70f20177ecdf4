package io.halftone.quantizers.rounding;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;

/**
 * A Gram matrix in the forms coordinate descent reads.
 *
 * @param exact G in double
 * @param rounded G in float
 * @param diagonal G[j, j] in float
 * @param root √G[j, j] per channel, 0 where it is not positive
 */
record DescentGram(SquareMatrix exact, FloatMatrix rounded, float[] diagonal, float[] root) {
  static DescentGram of(SquareMatrix gram) {
    float[] diagonal = new float[gram.size()];
    float[] root = new float[gram.size()];
    for (int j = 0; j < root.length; j++) {
      diagonal[j] = (float) gram.get(j, j);
      root[j] = (float) Math.sqrt(Math.max(0, gram.get(j, j)));
    }
    return new DescentGram(gram, gram.toFloat(), diagonal, root);
  }

  int size() {
    return root.length;
  }

  /** Whether the channel was ever active: only then does its weight matter. */
  boolean isAlive(int channel) {
    return root[channel] > 0;
  }

  /** Σ r[k]·G[k, j] in double, r the given row of a matrix. */
  double product(FloatMatrix r, int row, int channel) {
    double sum = 0;
    int offset = r.offset(row);
    int line = channel * size();
    for (int k = 0; k < size(); k++) {
      sum = Math.fma(r.data()[offset + k], exact.values()[line + k], sum);
    }
    return sum;
  }
}
