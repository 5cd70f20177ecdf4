package io.halftone.core.kernel;

import io.halftone.core.tensor.SquareMatrix;
import java.util.concurrent.ForkJoinPool;

/**
 * G = U·D·Uᵀ by blocked elimination from the last column up.
 *
 * <p>Works on the matrix with rows and columns reversed, where the factor is unit lower triangular:
 * v[i, j] = g[i, j] − Σₖ v[i, k]·l[j, k] over ascending k &lt; j, d[j] = v[j, j], l[i, j] =
 * v[i, j] / d[j]. Every sum is one chain of fused multiply-adds, advanced panel by panel, so the
 * block size and the threads do not change a bit. Cost n³/3 operations, memory n² doubles beside
 * the result.
 */
final class UnitUpperFactorisation {
  private static final int PANEL = 64;
  private static final int ROWS = 32;
  private static final int COLS = 256;

  private final Kernels kernels;
  private final ForkJoinPool pool;

  UnitUpperFactorisation(Kernels kernels, ForkJoinPool pool) {
    this.kernels = kernels;
    this.pool = pool;
  }

  UnitUpperFactor factor(SquareMatrix g) {
    int n = g.size();
    double[] v = reversed(g);
    double[] d = new double[n];
    double[] lower = new double[Math.min(PANEL, n) * n];
    for (int from = 0; from < n; from += PANEL) {
      int to = Math.min(n, from + PANEL);
      eliminatePanel(v, d, lower, n, from, to);
      updateTrailing(v, lower, n, from, to);
    }
    return new UnitUpperFactor(unitUpper(v, d, n), reversed(d));
  }

  /** Completes columns [from, to) of v and writes l of these columns, transposed, to lower. */
  private void eliminatePanel(double[] v, double[] d, double[] lower, int n, int from, int to) {
    for (int i = from; i < to; i++) {
      eliminateRow(v, d, lower, n, i, from, to);
      double pivot = v[i * n + i];
      if (!(pivot >= Double.MIN_NORMAL && pivot <= Double.MAX_VALUE)) {
        throw new NotPositiveDefiniteException(n - 1 - i, pivot);
      }
      d[i] = pivot;
    }
    ParallelTiles.run(
        pool,
        PanelProduct.blocks(n - to, ROWS),
        band -> {
          int i1 = Math.min(n, to + (band + 1) * ROWS);
          for (int i = to + band * ROWS; i < i1; i++) {
            eliminateRow(v, d, lower, n, i, from, to);
          }
        });
  }

  /** Completes v[i, from..min(i + 1, to)) given the rows of the panel above row i. */
  private void eliminateRow(
      double[] v, double[] d, double[] lower, int n, int i, int from, int to) {
    int end = Math.min(i + 1, to);
    for (int k = from; k < Math.min(i, to); k++) {
      double value = v[i * n + k];
      int source = (k - from) * n;
      lower[source + i] = value / d[k];
      kernels.axpy(-value, lower, source + k + 1, v, i * n + k + 1, end - k - 1);
    }
  }

  /** v[i, j] ← v[i, j] − Σₖ v[i, k]·l[j, k] for k in [from, to) and to ≤ j ≤ i. */
  private void updateTrailing(double[] v, double[] lower, int n, int from, int to) {
    int bands = PanelProduct.blocks(n - to, ROWS);
    int panels = PanelProduct.blocks(n - to, COLS);
    ParallelTiles.run(
        pool,
        Math.multiplyExact(bands, panels),
        tile -> {
          int i0 = to + tile % bands * ROWS;
          int i1 = Math.min(n, i0 + ROWS);
          int j0 = to + tile / bands * COLS;
          for (int k = from; k < to && j0 < i1; k++) {
            for (int i = Math.max(i0, j0); i < i1; i++) {
              int length = Math.min(i + 1, j0 + COLS) - j0;
              kernels.axpy(
                  -v[i * n + k], lower, (k - from) * n + j0, v, i * n + j0, length);
            }
          }
        });
  }

  private double[] reversed(SquareMatrix g) {
    int n = g.size();
    double[] v = new double[n * n];
    ParallelTiles.run(
        pool,
        PanelProduct.blocks(n, ROWS),
        band -> {
          for (int i = band * ROWS; i < Math.min(n, (band + 1) * ROWS); i++) {
            for (int j = 0; j <= i; j++) {
              v[i * n + j] = g.values()[(n - 1 - i) * n + n - 1 - j];
            }
          }
        });
    return v;
  }

  private static double[] reversed(double[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = values[values.length - 1 - i];
    }
    return result;
  }

  private SquareMatrix unitUpper(double[] v, double[] d, int n) {
    SquareMatrix upper = SquareMatrix.zeros(n);
    ParallelTiles.run(
        pool,
        PanelProduct.blocks(n, ROWS),
        band -> {
          for (int i = band * ROWS; i < Math.min(n, (band + 1) * ROWS); i++) {
            int row = (n - 1 - i) * n;
            for (int j = 0; j < i; j++) {
              upper.values()[row + n - 1 - j] = v[i * n + j] / d[j];
            }
            upper.values()[row + n - 1 - i] = 1;
          }
        });
    return upper;
  }
}
