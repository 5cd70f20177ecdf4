package io.halftone.core.quantized;

import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.Kernels;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;

/**
 * Rounds rows on grids of their own ranges, channel by channel, moving every channel's error to the
 * channels that follow: ŷ[j] = Q(y[j] + Σ_{i before j} (y[i] − ŷ[i])·U[i, j]) with G + λ·mean(diag
 * G)·I = U·diag(d)·Uᵀ, which keeps (y − ŷ)·G·(y − ŷ)ᵀ small.
 *
 * <p>Differs: the cited works round weights, once; here the rows are the keys or values of one
 * head, rounded as tokens come, and G is the second moment of what multiplies them. Cost n² a row.
 *
 * @param order channel at each position: by falling diagonal of G, equal ones as they stand
 * @param upper U in that order [n, n], unit upper triangular
 * @see <a href="https://arxiv.org/abs/2210.17323">Frantar et al., GPTQ, 2022, algorithm 1</a>
 * @see <a href="https://arxiv.org/abs/2307.13304">Chee et al., QuIP, 2023, theorem 1 (LDLQ)</a>
 */
public record RowFeedback(int[] order, FloatMatrix upper) {
  /** λ, as published for weights. */
  private static final double DAMPING = 0.01;

  /**
   * Factors a Gram matrix.
   *
   * @param gram G [n, n], read
   * @throws io.halftone.core.kernel.NotPositiveDefiniteException if G is zero, not finite or not
   *     positive semidefinite; its column is a position in falling order of the diagonal
   */
  public static RowFeedback of(SquareMatrix gram, Compute compute) {
    int[] order = gram.byFallingDiagonal();
    double ridge = DAMPING * gram.meanDiagonal();
    return new RowFeedback(
        order, compute.algebra().factor(gram, order, ridge).toFloat(compute).toMatrix());
  }

  /**
   * The values a runtime reads.
   *
   * @param scheme dynamic, as for {@link InputRounding}
   * @param x [rows, n], read; ranges are those of the values before any error is added
   * @return a new matrix
   * @throws IllegalArgumentException if the scheme is of another kind, the width is not n, or a
   *     value is not finite
   */
  public FloatMatrix apply(TensorScheme scheme, FloatMatrix x, Kernels kernels) {
    int n = order.length;
    if (x.cols() != n) {
      throw new IllegalArgumentException(x.cols() + " channels, feedback over " + n);
    }
    CellLayout layout = scheme.granularity().layout(x.rows(), n);
    RangeCell[] cells = new RangeCell[layout.count()];
    for (int row = 0; row < x.rows(); row += layout.cellRows()) {
      for (int col = 0; col < n; col += layout.cellCols()) {
        cells[layout.cell(row, col)] = RangeCell.of(scheme, layout, x, row, col);
      }
    }
    FloatMatrix rounded = FloatMatrix.zeros(x.rows(), n);
    float[] target = new float[n];
    for (int row = 0; row < x.rows(); row++) {
      for (int p = 0; p < n; p++) {
        target[p] = x.get(row, order[p]);
      }
      for (int p = 0; p < n; p++) {
        int channel = order[p];
        float value = cells[layout.cell(row, channel)].nearest(target[p]);
        rounded.set(row, channel, value);
        float error = x.get(row, channel) - value;
        int after = p + 1;
        kernels.axpy(error, upper.data(), upper.offset(p) + after, target, after, n - after);
      }
    }
    return rounded;
  }
}
