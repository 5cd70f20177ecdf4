package io.halftone.quantizers.grids;

import io.halftone.core.kernel.Kernels;

/** Sums the size of residuals; every term is at least 0. */
interface ResidualNorm {
  /**
   * The sum over a piece of a cell.
   *
   * @param residual read and overwritten
   * @param at position of the first residual in its cell
   * @param length number of residuals
   */
  double sum(float[] residual, int at, int length);

  /** Σ|r|^p. */
  static ResidualNorm power(double exponent, Kernels kernels) {
    if (exponent == 2) {
      return (residual, at, length) -> kernels.dot(residual, 0, residual, 0, length);
    }
    Power power = new Power(exponent);
    return (residual, at, length) -> {
      double sum = 0;
      for (int i = 0; i < length; i++) {
        sum += power.of(Math.abs(residual[i]));
      }
      return sum;
    };
  }

  /**
   * Σ importance·r².
   *
   * @param importance one per element of the cell, not negative
   */
  static ResidualNorm weighted(CellValues importance, Kernels kernels) {
    float[] weighted = new float[CellLoss.PIECE];
    return (residual, at, length) -> {
      int from = importance.from() + at;
      for (int i = 0; i < length; i++) {
        weighted[i] = importance.data()[from + i] * residual[i];
      }
      return kernels.dot(weighted, 0, residual, 0, length);
    };
  }
}
