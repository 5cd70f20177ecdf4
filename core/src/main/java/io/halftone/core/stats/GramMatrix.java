package io.halftone.core.stats;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;

/** The second moment G = Σ weight·xᵀx of a layer's inputs, [in, in]. */
public final class GramMatrix {
  private final SquareMatrix sum;
  private final double weight;
  private boolean symmetric;

  private GramMatrix(SquareMatrix sum, double weight, boolean symmetric) {
    this.sum = sum;
    this.weight = weight;
    this.symmetric = symmetric;
  }

  /**
   * A Gram matrix.
   *
   * @param sum G, symmetric, taken over without a copy
   * @param weight Σ of the token weights
   */
  public GramMatrix(SquareMatrix sum, double weight) {
    this(sum, weight, true);
  }

  /** A Gram matrix of which what is below the diagonal is still to be mirrored. */
  static GramMatrix ofUpper(SquareMatrix sum, double weight) {
    return new GramMatrix(sum, weight, false);
  }

  /**
   * G, symmetric, read-only. Mirrored at the first call after batches have been added, at a cost of
   * O(in²); later calls cost nothing.
   */
  public synchronized SquareMatrix sum() {
    if (!symmetric) {
      sum.mirror(0, sum.size());
      symmetric = true;
    }
    return sum;
  }

  /** G on and above the diagonal, anything below it. */
  SquareMatrix upper() {
    return sum;
  }

  /** Σ of the token weights. */
  public double weight() {
    return weight;
  }

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
    FloatMatrix product = compute.algebra().multiply(a, sum().toFloat());
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
