package io.halftone.core.kernel;

/**
 * The factors of G = U·diag(d)·Uᵀ, U unit upper triangular and held packed: n²/2 doubles.
 *
 * <p>Immutable.
 */
public final class UnitUpperFactor {
  private final LowerTriangle reversed;
  private final double[] diagonal;

  /**
   * Takes over the arrays.
   *
   * @param reversed U with rows and columns reversed, below its diagonal
   * @param diagonal d, n positive values
   */
  UnitUpperFactor(LowerTriangle reversed, double[] diagonal) {
    this.reversed = reversed;
    this.diagonal = diagonal;
  }

  /** Number n of rows and of columns. */
  public int size() {
    return diagonal.length;
  }

  /** d, n positive values; shared, not to be written. */
  public double[] diagonal() {
    return diagonal;
  }

  /** U[row, col]: 1 on the diagonal, 0 below it. */
  public double get(int row, int col) {
    if (row >= col) {
      return row == col ? 1 : 0;
    }
    int last = diagonal.length - 1;
    return reversed.get(last - row, last - col);
  }

  /** U rounded to float, another n²/2 floats. */
  public UnitUpperMatrix toFloat(Compute compute) {
    return UnitUpperMatrix.of(this, compute);
  }
}
