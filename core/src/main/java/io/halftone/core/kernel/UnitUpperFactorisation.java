package io.halftone.core.kernel;

import io.halftone.core.tensor.SquareMatrix;
import java.util.concurrent.ForkJoinPool;

/**
 * G = U·D·Uᵀ by blocked elimination from the last column up.
 *
 * <p>Works on the matrix with rows and columns reversed, where the factor is unit lower triangular:
 * v[i, j] = g[i, j] − Σₖ v[i, k]·l[j, k] over ascending k &lt; j, d[j] = v[j, j], l[i, j] = v[i, j]
 * / d[j]. Every sum is one chain of fused multiply-adds, advanced panel by panel, so the block size
 * and the threads do not change a bit. Cost n³/3 operations, memory n² doubles beside the result.
 */
final class UnitUpperFactorisation {
  /** Rows and columns of a block: three of them fit the second-level cache. */
  private static final int BLOCK = 64;

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
    double[][] lower = new double[PanelProduct.blocks(n, BLOCK)][Math.min(n, BLOCK) * BLOCK];
    for (int from = 0; from < n; from += BLOCK) {
      int to = Math.min(n, from + BLOCK);
      eliminatePanel(v, d, lower, from, to);
      updateTrailing(v, n, lower, from, to);
    }
    return new UnitUpperFactor(unitUpper(v, d), reversed(d));
  }

  /**
   * Completes columns [from, to) of v.
   *
   * @param lower written: block b holds l[j, k] for j in block b and k in [from, to), transposed,
   *     at (k − from)·BLOCK + j mod BLOCK
   */
  private void eliminatePanel(double[] v, double[] d, double[][] lower, int from, int to) {
    int n = d.length;
    double[] diagonal = lower[from / BLOCK];
    for (int i = from; i < to; i++) {
      eliminateRow(v, d, diagonal, diagonal, i, from, to);
      double pivot = v[i * n + i];
      if (!(pivot >= Double.MIN_NORMAL && pivot <= Double.MAX_VALUE)) {
        throw new NotPositiveDefiniteException(n - 1 - i, pivot);
      }
      d[i] = pivot;
    }
    forEachBlock(
        to,
        n,
        (i0, i1) -> {
          for (int i = i0; i < i1; i++) {
            eliminateRow(v, d, diagonal, lower[i0 / BLOCK], i, from, to);
          }
        });
  }

  /** Completes v[i, from..min(i + 1, to)) given the rows of the panel above row i. */
  private void eliminateRow(
      double[] v, double[] d, double[] diagonal, double[] target, int i, int from, int to) {
    int row = i * d.length;
    int end = Math.min(i + 1, to);
    for (int k = from; k < Math.min(i, to); k++) {
      int source = (k - from) * BLOCK;
      target[source + i % BLOCK] = v[row + k] / d[k];
      int next = k + 1;
      kernels.axpy(-v[row + k], diagonal, source + next - from, v, row + next, end - next);
    }
  }

  /** v[i, j] ← v[i, j] − Σₖ v[i, k]·l[j, k] for k in [from, to) and the blocks with to ≤ j ≤ i. */
  private void updateTrailing(double[] v, int n, double[][] lower, int from, int to) {
    int depth = to - from;
    forEachBlock(
        to,
        n,
        (i0, i1) -> {
          DoubleView negated = negated(v, n, i0, i1, from, to);
          ParallelTiles.run(
              pool,
              (i0 - to) / BLOCK + 1,
              block -> {
                int j0 = to + block * BLOCK;
                int cols = Math.min(n, j0 + BLOCK) - j0;
                kernels.multiplyAdd(
                    negated,
                    new DoubleView(lower[j0 / BLOCK], 0, BLOCK, depth, cols),
                    new DoubleView(v, i0 * n + j0, n, i1 - i0, cols));
              });
        });
  }

  private static DoubleView negated(double[] v, int n, int i0, int i1, int from, int to) {
    int depth = to - from;
    double[] values = new double[(i1 - i0) * depth];
    for (int i = i0; i < i1; i++) {
      for (int k = from; k < to; k++) {
        values[(i - i0) * depth + k - from] = -v[i * n + k];
      }
    }
    return new DoubleView(values, 0, depth, i1 - i0, depth);
  }

  private double[] reversed(SquareMatrix g) {
    int n = g.size();
    double[] v = new double[n * n];
    forEachBlock(
        0,
        n,
        (i0, i1) -> {
          for (int i = i0; i < i1; i++) {
            int source = (n - 1 - i) * n + n - 1;
            for (int j = 0; j <= i; j++) {
              v[i * n + j] = g.values()[source - j];
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

  /** U: l[i, j] goes to row n − 1 − i, column n − 1 − j. */
  private SquareMatrix unitUpper(double[] v, double[] d) {
    int n = d.length;
    SquareMatrix upper = SquareMatrix.zeros(n);
    forEachBlock(
        0,
        n,
        (i0, i1) -> {
          for (int i = i0; i < i1; i++) {
            int target = (n - 1 - i) * n + n - 1;
            for (int j = 0; j < i; j++) {
              upper.values()[target - j] = v[i * n + j] / d[j];
            }
            upper.values()[target - i] = 1;
          }
        });
    return upper;
  }

  private interface BlockBody {
    void accept(int from, int to);
  }

  private void forEachBlock(int from, int to, BlockBody body) {
    ParallelTiles.run(
        pool,
        PanelProduct.blocks(to - from, BLOCK),
        block -> {
          int start = from + block * BLOCK;
          body.accept(start, Math.min(to, start + BLOCK));
        });
  }
}
