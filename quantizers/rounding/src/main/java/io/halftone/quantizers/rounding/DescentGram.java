package io.halftone.quantizers.rounding;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;

/**
 * A Gram matrix in the forms coordinate descent reads.
 *
 * @param exact G in double
 * @param rounded G in float
 * @param diagonal G[j, j] in float, 0 where it is not positive
 * @param coupling √(Σ G[k, j]² / G[k, k]) per channel j, over the channels k that were ever active:
 *     between √G[j, j], if no other channel goes with this one, and √(n·G[j, j])
 */
record DescentGram(SquareMatrix exact, FloatMatrix rounded, float[] diagonal, double[] coupling) {
  static DescentGram of(SquareMatrix gram, Compute compute) {
    int n = gram.size();
    float[] diagonal = new float[n];
    for (int j = 0; j < n; j++) {
      diagonal[j] = (float) Math.max(0, gram.get(j, j));
    }
    double[] coupling = new double[n];
    FloatMatrix rounded = FloatMatrix.zeros(n, n);
    compute.parallel(
        n,
        j -> {
          coupling[j] = coupling(gram.values(), j * n, diagonal);
          for (int k = j * n; k < (j + 1) * n; k++) {
            rounded.data()[k] = (float) gram.values()[k];
          }
        });
    return new DescentGram(gram, rounded, diagonal, coupling);
  }

  private static double coupling(double[] gram, int line, float[] diagonal) {
    double sum = 0;
    for (int k = 0; k < diagonal.length; k++) {
      double value = gram[line + k];
      sum += diagonal[k] > 0 ? value * value / diagonal[k] : 0;
    }
    return Math.sqrt(sum);
  }

  int size() {
    return diagonal.length;
  }

  /** Whether the channel was ever active: only then does its weight matter. */
  boolean isAlive(int channel) {
    return diagonal[channel] > 0;
  }

  /** Σ r[k]·G[k, j] in double, k on chain k mod 4, r the given row of a matrix. */
  double product(FloatMatrix r, int row, int channel) {
    float[] left = r.data();
    double[] right = exact.values();
    int offset = r.offset(row);
    int line = channel * size();
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int k = 0;
    for (; k + 4 <= size(); k += 4) {
      a = Math.fma(left[offset + k], right[line + k], a);
      b = Math.fma(left[offset + k + 1], right[line + k + 1], b);
      c = Math.fma(left[offset + k + 2], right[line + k + 2], c);
      d = Math.fma(left[offset + k + 3], right[line + k + 3], d);
    }
    for (; k < size(); k++) {
      a = Math.fma(left[offset + k], right[line + k], a);
    }
    return (a + b) + (c + d);
  }
}
