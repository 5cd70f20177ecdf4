package io.halftone.quantizers.rounding;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;
import java.util.Arrays;

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
  private static final double HALF_ULP = 0x1p-24;
  private static final double DOUBLE_NOISE = 0x1p-40;

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

  /**
   * Relative error of products in float: how many rounding errors may add up in a chain of so many
   * operations, all of them in the worst case, six times the root of their number with a
   * probability of 1 − 2·exp(−18); and one of every element of G.
   *
   * @see <a href="https://doi.org/10.1137/18M1226312">Higham and Mary, A New Approach to
   *     Probabilistic Rounding Error Analysis, 2019, theorem 3.1</a>
   */
  static double noise(int operations) {
    return (Math.min(operations, 6 * Math.sqrt(operations)) + 1) * HALF_ULP;
  }

  /**
   * Whether the objective surely falls if a residual of channel j falls by a step.
   *
   * @param product (R·G)[j] of the row, in float
   * @param noise relative error of the product
   * @param size √(Σ R[k]²·G[k, k]) of the row, or more
   */
  boolean lowers(int j, double step, float product, double noise, double size) {
    return gain(step, product, diagonal[j]) > noise * 2 * Math.abs(step) * coupling[j] * size;
  }

  /** The same, by a product in double. */
  boolean lowersExactly(int j, double step, double product, double size) {
    return gain(step, product, exact.get(j, j))
        > DOUBLE_NOISE * 2 * Math.abs(step) * coupling[j] * size;
  }

  private static double gain(double step, double product, double diagonal) {
    return step * (2 * product - step * diagonal);
  }

  /**
   * √(Σ r[k]²·G[k, k]), r read from the offset on: times {@link #coupling} a bound of Σ |r[k]·G[k,
   * j]|, whose multiples bound the rounding errors of r·G. Moves of r add a sum of the same kind.
   */
  double spread(float[] r, int offset) {
    return spreads(r, offset, 1)[0];
  }

  /** {@link #spread} of several rows, r[k] of row i read at offset + k · rows + i. */
  double[] spreads(float[] r, int offset, int rows) {
    double[] sum = new double[rows];
    for (int k = 0; k < size(); k++) {
      double weight = diagonal[k];
      int at = offset + k * rows;
      for (int i = 0; i < rows; i++) {
        double value = r[at + i];
        sum[i] += value * value * weight;
      }
    }
    Arrays.setAll(sum, i -> Math.sqrt(sum[i]));
    return sum;
  }

  /** Σ r[k]·G[k, j] in double, k on chain k mod 4, r read from the offset on. */
  double product(float[] r, int offset, int channel) {
    double[] right = exact.values();
    int line = channel * size();
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int k = 0;
    for (; k + 4 <= size(); k += 4) {
      a = Math.fma(r[offset + k], right[line + k], a);
      b = Math.fma(r[offset + k + 1], right[line + k + 1], b);
      c = Math.fma(r[offset + k + 2], right[line + k + 2], c);
      d = Math.fma(r[offset + k + 3], right[line + k + 3], d);
    }
    for (; k < size(); k++) {
      a = Math.fma(r[offset + k], right[line + k], a);
    }
    return (a + b) + (c + d);
  }
}
