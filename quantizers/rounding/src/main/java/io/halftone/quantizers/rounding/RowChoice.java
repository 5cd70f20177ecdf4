package io.halftone.quantizers.rounding;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.FloatMatrix;

/** Takes each row from the one of two results that gives it the lower output error. */
final class RowChoice {
  /** Rounding errors of the comparison, relative. */
  private static final double NOISE = 1e-5;

  private RowChoice() {}

  /**
   * Rows of {@code candidate} where it is better beyond doubt, of {@code present} elsewhere.
   *
   * @param present codes on some grid, read
   * @param candidate codes on the same grid, read
   */
  static GridTensor better(
      LinearTask task, GridTensor present, GridTensor candidate, Compute compute) {
    double[] presentError = errors(task, present, compute);
    double[] candidateError = errors(task, candidate, compute);
    Codes codes = present.codes();
    short[] chosen = codes.values().clone();
    for (int r = 0; r < task.out(); r++) {
      if (candidateError[r] < presentError[r] * (1 - NOISE)) {
        int row = r * task.in();
        System.arraycopy(candidate.codes().values(), row, chosen, row, task.in());
      }
    }
    return new GridTensor(
        present.scheme(),
        new Codes(codes.rows(), codes.cols(), codes.bits(), chosen),
        present.grid());
  }

  private static double[] errors(LinearTask task, GridTensor tensor, Compute compute) {
    FloatMatrix delta = tensor.decode();
    for (int i = 0; i < delta.data().length; i++) {
      delta.data()[i] = task.weight().data()[i] - delta.data()[i];
    }
    return task.stats().get(Statistics.GRAM).rowInnerProducts(delta, delta, compute);
  }
}
