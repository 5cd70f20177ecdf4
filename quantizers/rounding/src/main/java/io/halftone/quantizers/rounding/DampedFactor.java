package io.halftone.quantizers.rounding;

import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.NotPositiveDefiniteException;
import io.halftone.core.kernel.UnitUpperFactor;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.tensor.SquareMatrix;
import io.halftone.core.transform.Permutation;

/**
 * The factor of G + λ·mean(diag G)·I for the first λ of a ladder that permits one.
 *
 * @param factor U·diag(d)·Uᵀ of the damped matrix, in the permuted order
 * @param damping λ that succeeded
 * @param attempts factorisations tried
 */
record DampedFactor(UnitUpperFactor factor, double damping, int attempts) {
  private static final double STEP = 10;
  private static final double LAST = 1;

  /**
   * Climbs the ladder: λ, 10·λ, ... and at last 1.
   *
   * @param layer named in the exception
   * @param gram G in the layer's own order, read
   * @param order in which columns are quantized
   * @throws QuantizationException if even the last λ fails; names the pivot's column
   */
  static DampedFactor of(
      String layer, SquareMatrix gram, Permutation order, double damping, Compute compute) {
    double mean = gram.meanDiagonal();
    double lambda = damping;
    for (int attempt = 1; ; attempt++) {
      try {
        UnitUpperFactor factor = compute.algebra().factor(gram, order.order(), lambda * mean);
        return new DampedFactor(factor, lambda, attempt);
      } catch (NotPositiveDefiniteException e) {
        if (lambda >= LAST) {
          throw new QuantizationException(
              layer,
              "the Gram matrix damped by "
                  + lambda
                  + " of its mean diagonal "
                  + mean
                  + " is not positive definite: pivot "
                  + e.pivot()
                  + " at column "
                  + order.order()[e.column()],
              e);
        }
        lambda = Math.min(LAST, lambda * STEP);
      }
    }
  }

  Outcome outcome() {
    return attempts == 1 ? new Outcome.Calibrated() : new Outcome.Damped(damping, attempts);
  }
}
