package io.halftone.quantizers.rounding;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridRounding;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.spi.GridFitter;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.stats.Statistics;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;
import java.util.stream.IntStream;

/**
 * GPTQ as the paper has it: explicit inverse, its Cholesky factor, eager update of all remaining
 * columns, in double.
 */
final class EagerGptq {
  private final LinearTask task;
  private final int[] order;
  private final double[][] upper;
  private final double[][] w;
  private final short[] codes;

  EagerGptq(LinearTask task, double damping, int[] order) {
    this.task = task;
    this.order = order;
    SquareMatrix gram = task.stats().get(Statistics.GRAM).sum();
    int n = gram.size();
    double[][] g = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        g[i][j] = gram.get(order[i], order[j]) + (i == j ? damping * gram.meanDiagonal() : 0);
      }
    }
    this.upper = upperCholesky(inverse(g));
    this.w = new double[task.out()][n];
    for (int r = 0; r < task.out(); r++) {
      for (int j = 0; j < n; j++) {
        w[r][j] = task.weight().get(r, order[j]);
      }
    }
    this.codes = new short[task.out() * n];
  }

  short[] codes(Grid grid) {
    IntStream.range(0, order.length).forEach(i -> column(i, grid.scale(), grid.zero()));
    return codes;
  }

  short[] codesFittedOnTheWay(GridFitter fitter) {
    CellLayout layout = task.layout();
    float[] scale = new float[layout.count()];
    float[] zero = new float[layout.count()];
    for (int i = 0; i < order.length; i++) {
      if (i % layout.cellCols() == 0) {
        int to = Math.min(order.length, i + layout.cellCols());
        FloatMatrix current = FloatMatrix.zeros(task.out(), to - i);
        for (int r = 0; r < task.out(); r++) {
          for (int j = i; j < to; j++) {
            current.set(r, j - i, (float) w[r][j]);
          }
        }
        Grid group = fitter.fit(task.channels(current, i, to), Compute.defaults());
        for (int r = 0; r < task.out(); r++) {
          scale[layout.cell(r, i)] = group.scale()[r];
          zero[layout.cell(r, i)] = group.zero()[r];
        }
      }
      column(i, scale, zero);
    }
    return codes;
  }

  private void column(int i, float[] scale, float[] zero) {
    NumberFormat format = task.scheme().weight().format();
    int n = order.length;
    for (int r = 0; r < task.out(); r++) {
      int cell = task.layout().cell(r, order[i]);
      int code = GridRounding.code(format, (float) w[r][i], scale[cell], zero[cell]);
      codes[r * n + order[i]] = (short) code;
      double error =
          (w[r][i] - GridRounding.value(format, code, scale[cell], zero[cell])) / upper[i][i];
      for (int j = i + 1; j < n; j++) {
        w[r][j] -= error * upper[i][j];
      }
    }
  }

  private static double[][] inverse(double[][] matrix) {
    int n = matrix.length;
    double[][] a = new double[n][2 * n];
    for (int i = 0; i < n; i++) {
      System.arraycopy(matrix[i], 0, a[i], 0, n);
      a[i][n + i] = 1;
    }
    for (int p = 0; p < n; p++) {
      double pivot = a[p][p];
      for (int j = 0; j < 2 * n; j++) {
        a[p][j] /= pivot;
      }
      for (int i = 0; i < n; i++) {
        double factor = a[i][p];
        for (int j = 0; i != p && j < 2 * n; j++) {
          a[i][j] -= factor * a[p][j];
        }
      }
    }
    double[][] result = new double[n][n];
    for (int i = 0; i < n; i++) {
      System.arraycopy(a[i], n, result[i], 0, n);
    }
    return result;
  }

  /** U upper triangular with A = UᵀU. */
  private static double[][] upperCholesky(double[][] a) {
    int n = a.length;
    double[][] u = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = i; j < n; j++) {
        double sum = a[i][j];
        for (int k = 0; k < i; k++) {
          sum -= u[k][i] * u[k][j];
        }
        u[i][j] = i == j ? Math.sqrt(sum) : sum / u[i][i];
      }
    }
    return u;
  }
}
