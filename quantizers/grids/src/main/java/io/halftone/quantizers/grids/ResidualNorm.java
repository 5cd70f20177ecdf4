package io.halftone.quantizers.grids;

import io.halftone.core.kernel.Kernels;

/**
 * The size of residuals; no term is negative, and no sum is below one of its terms, rounding
 * included.
 */
interface ResidualNorm {
  /**
   * The sum over a piece of a cell.
   *
   * @param residual at most {@link NormLoss#PIECE} values, read
   * @param at position of the first residual in its cell
   * @param length number of residuals
   */
  double sum(float[] residual, int at, int length);

  /** The term of one residual at a position of its cell. */
  double term(float residual, int at);

  /** Σ|r|^p. */
  static ResidualNorm power(double exponent, Kernels kernels) {
    return exponent == 2 ? new Squared(kernels) : new Powered(new Power(exponent));
  }

  /**
   * Σ importance·r²; not safe for concurrent use.
   *
   * @param importance one per element of the cell, not negative
   */
  static ResidualNorm weighted(CellValues importance, Kernels kernels) {
    return new Weighted(importance, kernels, new float[NormLoss.PIECE]);
  }

  /** Squares. */
  record Squared(Kernels kernels) implements ResidualNorm {
    @Override
    public double sum(float[] residual, int at, int length) {
      return kernels.dot(residual, 0, residual, 0, length);
    }

    @Override
    public double term(float residual, int at) {
      return residual * residual;
    }
  }

  /** Other powers. */
  record Powered(Power power) implements ResidualNorm {
    @Override
    public double sum(float[] residual, int at, int length) {
      double sum = 0;
      for (int i = 0; i < length; i++) {
        sum += power.of(Math.abs(residual[i]));
      }
      return sum;
    }

    @Override
    public double term(float residual, int at) {
      return power.of(Math.abs(residual));
    }
  }

  /** Weighted squares. */
  record Weighted(CellValues importance, Kernels kernels, float[] products)
      implements ResidualNorm {
    @Override
    public double sum(float[] residual, int at, int length) {
      int from = importance.from() + at;
      for (int i = 0; i < length; i++) {
        products[i] = importance.data()[from + i] * residual[i];
      }
      return kernels.dot(products, 0, residual, 0, length);
    }

    @Override
    public double term(float residual, int at) {
      return importance.data()[importance.from() + at] * residual * residual;
    }
  }
}
