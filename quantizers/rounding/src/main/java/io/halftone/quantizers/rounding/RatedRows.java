package io.halftone.quantizers.rounding;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.FloatMatrix;

/**
 * Codes on a grid and the output error of each of their rows.
 *
 * @param tensor codes
 * @param error per row, e·G·eᵀ, e the row's difference to the weight
 */
record RatedRows(GridTensor tensor, double[] error) {
  /** Rounding errors of the comparison, relative. */
  private static final double NOISE = 1e-5;

  /** Rates codes; costs a product of the weight with G. */
  static RatedRows of(LinearTask task, GridTensor tensor, Compute compute) {
    FloatMatrix delta = tensor.decode();
    for (int i = 0; i < delta.data().length; i++) {
      delta.data()[i] = task.weight().data()[i] - delta.data()[i];
    }
    return new RatedRows(
        tensor, task.stats().get(Statistics.GRAM).rowInnerProducts(delta, delta, compute));
  }

  /**
   * Rows of a candidate where it is better beyond doubt, these elsewhere.
   *
   * @param candidate codes on the same grid, read
   */
  RatedRows orBetter(RatedRows candidate) {
    Codes codes = tensor.codes();
    short[] chosen = codes.values().clone();
    double[] lower = error.clone();
    for (int r = 0; r < error.length; r++) {
      if (candidate.error()[r] < error[r] * (1 - NOISE)) {
        int row = r * codes.cols();
        System.arraycopy(candidate.tensor().codes().values(), row, chosen, row, codes.cols());
        lower[r] = candidate.error()[r];
      }
    }
    Codes better = new Codes(codes.rows(), codes.cols(), codes.bits(), chosen);
    return new RatedRows(new GridTensor(tensor.scheme(), better, tensor.grid()), lower);
  }
}
