package io.halftone.quantizers.rounding;

import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;

/** tr((W − Ŵ)·G·(W − Ŵ)ᵀ) in double, the plain way. */
final class OutputError {
  private OutputError() {}

  static double of(LinearTask task, QuantizedLinear layer) {
    return of(task, layer.decode());
  }

  static double of(LinearTask task, FloatMatrix decoded) {
    double total = 0;
    for (int r = 0; r < task.out(); r++) {
      total += ofRow(task, decoded, r);
    }
    return total;
  }

  static double ofRow(LinearTask task, FloatMatrix decoded, int r) {
    SquareMatrix gram = task.stats().get(Statistics.GRAM).sum();
    int n = task.in();
    double[] error = new double[n];
    for (int j = 0; j < n; j++) {
      error[j] = (double) task.weight().get(r, j) - decoded.get(r, j);
    }
    double total = 0;
    for (int i = 0; i < n; i++) {
      double sum = 0;
      for (int j = 0; j < n; j++) {
        sum += gram.get(i, j) * error[j];
      }
      total += error[i] * sum;
    }
    return total;
  }
}
