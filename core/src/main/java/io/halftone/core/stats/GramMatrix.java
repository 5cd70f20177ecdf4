package io.halftone.core.stats;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;

/**
 * The second moment of a layer's inputs.
 *
 * @param sum G = Σ weight·xᵀx [in, in], symmetric, read-only
 * @param weight Σ of the token weights
 */
public record GramMatrix(SquareMatrix sum, double weight) {
  /**
   * The output error of a change of the weight: tr(Δ·G·Δᵀ) = ‖X·Δᵀ‖², never negative. Cost
   * O(out·in²).
   *
   * @param delta [out, in], read
   */
  public double outputError(FloatMatrix delta, Compute compute) {
    return Math.max(0, innerProduct(delta, delta, compute));
  }

  /**
   * ⟨X·Aᵀ, X·Bᵀ⟩ = tr(A·G·Bᵀ). Cost O(out·in²).
   *
   * @param a [out, in], read
   * @param b [out, in], read
   */
  public double innerProduct(FloatMatrix a, FloatMatrix b, Compute compute) {
    double total = 0;
    for (double row : rowInnerProducts(a, b, compute)) {
      total += row;
    }
    return total;
  }

  /** tr(A·G·Bᵀ) split by row: A[o]·G·B[o]ᵀ for each output o. */
  public double[] rowInnerProducts(FloatMatrix a, FloatMatrix b, Compute compute) {
    FloatMatrix product = compute.algebra().multiply(a, sum.toFloat());
    double[] rows = new double[a.rows()];
    compute.parallel(
        a.rows(),
        o -> {
          double row = 0;
          int offset = product.offset(o);
          for (int c = 0; c < product.cols(); c++) {
            row = Math.fma((double) product.data()[offset + c], b.data()[offset + c], row);
          }
          rows[o] = row;
        });
    return rows;
  }
}
