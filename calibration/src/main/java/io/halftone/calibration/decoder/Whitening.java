package io.halftone.calibration.decoder;

import io.halftone.core.algebra.SymmetricEigen;
import io.halftone.core.kernel.Compute;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;
import io.halftone.core.transform.Dense;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Hadamard;

/**
 * T = C^(1/2)·R, so that rows of covariance C become rows of covariance I under T⁻ᵀ = C^(−1/2)·R.
 *
 * <p>Where error feedback chooses the codes, what is lost depends on G, the second moment of what
 * reads the rows, by the determinants of C and G alone as long as the grid's step is the same in
 * all directions, which this basis makes it; any other one has a longer step for the same bits.
 *
 * @see <a href="https://arxiv.org/abs/2307.13304">Chee et al., QuIP, 2023, lemma 3 (tr(D) is what
 *     LDLQ loses)</a>
 */
final class Whitening {
  /** Part of mean(diag C) that is added to its diagonal. */
  private static final double RIDGE = 1e-3;

  private Whitening() {}

  /**
   * Makes T.
   *
   * @param name of what is stored, for the exception
   * @param covariance C [n, n], read
   * @param turn R; where it is the identity, a Hadamard matrix stands in
   * @throws QuantizationException if C is zero or not finite
   * @throws IllegalArgumentException if no Hadamard matrix of order n is known
   */
  static EquivalentTransform of(
      String name, SquareMatrix covariance, EquivalentTransform turn, Compute compute) {
    double mean = covariance.meanDiagonal();
    if (!(mean > 0 && Double.isFinite(mean))) {
      throw new QuantizationException(
          name, "mean variance of the channels is " + mean + ", must be positive and finite");
    }
    SymmetricEigen eigen = SymmetricEigen.of(covariance, compute);
    EquivalentTransform rotation = turn.isIdentity() ? Hadamard.of(covariance.size()) : turn;
    return new Dense(
        rotation.applyToInput(power(eigen, RIDGE * mean, 0.5)),
        rotation.applyToWeight(power(eigen, RIDGE * mean, -0.5)));
  }

  /** (C + ridge·I)^exponent; eigenvalues that rounding made negative count as 0. */
  private static FloatMatrix power(SymmetricEigen eigen, double ridge, double exponent) {
    int n = eigen.values().length;
    double[] values = new double[n];
    for (int k = 0; k < n; k++) {
      double root = StrictMath.sqrt(Math.max(0, eigen.values()[k]) + ridge);
      values[k] = exponent < 0 ? 1 / root : root;
    }
    FloatMatrix power = FloatMatrix.zeros(n, n);
    for (int r = 0; r < n; r++) {
      for (int c = 0; c < n; c++) {
        double sum = 0;
        for (int k = 0; k < n; k++) {
          sum = Math.fma(values[k] * eigen.vectors().get(k, r), eigen.vectors().get(k, c), sum);
        }
        power.set(r, c, (float) sum);
      }
    }
    return power;
  }
}
