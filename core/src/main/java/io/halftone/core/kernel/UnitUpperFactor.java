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
   * @param reversed U·diag(d) with rows and columns reversed, below its diagonal
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
    return reversed.get(last - row, last - col) / diagonal[col];
  }

  /** Rounds U[row, from..to) to floats, zeros before the diagonal left as they are. */
  void copyRow(int row, int from, int to, float[] target, int offset) {
    int last = diagonal.length - 1;
    if (row >= from && row < to) {
      target[offset + row - from] = 1;
    }
    int col = Math.max(from, row + 1);
    while (col < to) {
      int mirrored = last - col;
      double[] tiles = reversed.tiles()[(last - row) / LowerTriangle.TILE];
      int source = reversed.index(last - row, mirrored);
      int count = Math.min(to - col, mirrored % LowerTriangle.TILE + 1);
      for (int j = 0; j < count; j++) {
        target[offset + col - from + j] = (float) (tiles[source - j] / diagonal[col + j]);
      }
      col += count;
    }
  }

  /** U rounded to float, another n²/2 floats. */
  public UnitUpperMatrix toFloat(Compute compute) {
    return UnitUpperMatrix.of(this, compute);
  }
}
