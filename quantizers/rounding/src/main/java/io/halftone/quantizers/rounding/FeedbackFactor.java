package io.halftone.quantizers.rounding;

import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.UnitUpperMatrix;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.tensor.SquareMatrix;
import io.halftone.core.transform.Permutation;

/**
 * What a sweep of error feedback reads of the damped Gram matrix, once the factor in double is
 * gone.
 *
 * @param upper U in the permuted order
 * @param outcome says so if more damping was needed than asked for
 */
record FeedbackFactor(UnitUpperMatrix upper, Outcome outcome) {
  /**
   * Factors the damped Gram matrix.
   *
   * @throws QuantizationException if no damping permits it
   * @see DampedFactor
   */
  static FeedbackFactor of(
      String layer, SquareMatrix gram, Permutation order, double damping, Compute compute) {
    DampedFactor damped = DampedFactor.of(layer, gram, order, damping, compute);
    return new FeedbackFactor(damped.factor().toFloat(compute), damped.outcome());
  }
}
