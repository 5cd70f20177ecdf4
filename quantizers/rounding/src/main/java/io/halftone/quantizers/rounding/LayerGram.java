package io.halftone.quantizers.rounding;

import io.halftone.core.kernel.Compute;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.SquareMatrix;
import java.util.LinkedHashSet;
import java.util.Set;

/** Reads a layer's Gram matrix and refuses one that no solver could use. */
final class LayerGram {
  private LayerGram() {}

  /** What a part reads that needs the Gram matrix besides what an inner part reads. */
  static Set<Statistic<?>> with(Set<Statistic<?>> inner) {
    Set<Statistic<?>> all = new LinkedHashSet<>(inner);
    all.add(Statistics.GRAM);
    return all;
  }

  /**
   * The Gram matrix of the layer's inputs, read-only.
   *
   * @throws QuantizationException if it is of another size, all zero, or has an element no float
   *     can hold
   */
  static SquareMatrix of(LinearTask task, Compute compute) {
    SquareMatrix gram = task.stats().get(Statistics.GRAM).sum();
    int in = task.in();
    if (gram.size() != in) {
      throw new QuantizationException(
          task.name(), "the Gram matrix has " + gram.size() + " channels, the weight " + in);
    }
    compute.parallel(in, row -> requireFloats(task.name(), gram, row));
    if (in > 0 && gram.meanDiagonal() == 0) {
      throw new QuantizationException(
          task.name(),
          "the Gram matrix is zero: no calibration token, or only zero inputs, were seen");
    }
    return gram;
  }

  private static void requireFloats(String layer, SquareMatrix gram, int row) {
    int from = row * gram.size();
    for (int j = 0; j < gram.size(); j++) {
      double value = gram.values()[from + j];
      if (!(Math.abs(value) <= Float.MAX_VALUE)) {
        throw new QuantizationException(
            layer,
            "Gram matrix element of channels "
                + row
                + " and "
                + j
                + " is "
                + value
                + ", must be a finite float");
      }
    }
  }
}
