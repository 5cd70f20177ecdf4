package io.halftone.calibration.decoder;

import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.NotPositiveDefiniteException;
import io.halftone.core.kernel.UnitUpperFactor;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;
import java.util.stream.IntStream;

/** Solves Z·(G + λ·mean(diag G)·I) = C in double through the factors U·diag(d)·Uᵀ of the matrix. */
final class RidgeSolution {
  /** Of U, each row from the diagonal on. */
  private final double[][] upperRows;

  /** Of U, each column down to the diagonal. */
  private final double[][] upperColumns;

  private final double[] diagonal;

  private RidgeSolution(double[][] upperRows, double[][] upperColumns, double[] diagonal) {
    this.upperRows = upperRows;
    this.upperColumns = upperColumns;
    this.diagonal = diagonal;
  }

  /**
   * Factors the matrix. Cost O(n³), memory 3/2·n² doubles, of which n² stay.
   *
   * @param gram G [n, n], read
   * @param damping λ, positive
   * @param site for the message
   * @throws QuantizationException if the matrix cannot be factored
   */
  static RidgeSolution of(SquareMatrix gram, double damping, String site, Compute compute) {
    int n = gram.size();
    int[] order = IntStream.range(0, n).toArray();
    UnitUpperFactor factor;
    try {
      factor = compute.algebra().factor(gram, order, damping * gram.meanDiagonal());
    } catch (NotPositiveDefiniteException e) {
      throw new QuantizationException(
          site, "the damped Gram matrix cannot be factored: " + e.getMessage(), e);
    }
    double[][] rows = new double[n][];
    double[][] columns = new double[n][];
    for (int j = 0; j < n; j++) {
      rows[j] = new double[n - j];
      columns[j] = new double[j + 1];
    }
    for (int r = 0; r < n; r++) {
      for (int c = r; c < n; c++) {
        rows[r][c - r] = factor.get(r, c);
        columns[c][r] = rows[r][c - r];
      }
    }
    return new RidgeSolution(rows, columns, factor.diagonal());
  }

  /**
   * Z of every row of C; each on its own. Cost O(rows·n²).
   *
   * @param c [rows, n], read
   */
  FloatMatrix solve(FloatMatrix c, Compute compute) {
    FloatMatrix z = FloatMatrix.zeros(c.rows(), c.cols());
    compute.parallel(
        c.rows(),
        r -> {
          double[] row = new double[c.cols()];
          for (int j = 0; j < row.length; j++) {
            row[j] = c.data()[c.offset(r) + j];
          }
          solve(row);
          for (int j = 0; j < row.length; j++) {
            z.data()[z.offset(r) + j] = (float) row[j];
          }
        });
    return z;
  }

  private void solve(double[] row) {
    for (int j = row.length - 1; j >= 0; j--) {
      subtract(row, row[j], upperColumns[j], 0, 0, j);
    }
    for (int j = 0; j < row.length; j++) {
      row[j] /= diagonal[j];
    }
    for (int j = 0; j < row.length; j++) {
      subtract(row, row[j], upperRows[j], j, j + 1, row.length);
    }
  }

  /** row[k] ← row[k] − times·other[k − start] for k in [from, to). */
  private static void subtract(
      double[] row, double times, double[] other, int start, int from, int to) {
    double negative = -times;
    for (int k = from; k < to; k++) {
      row[k] = Math.fma(negative, other[k - start], row[k]);
    }
  }
}
