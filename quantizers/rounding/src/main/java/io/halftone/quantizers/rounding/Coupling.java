package io.halftone.quantizers.rounding;

import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;

/** What a column of a layer does to the others: a square matrix, perhaps held in parts. */
@FunctionalInterface
interface Coupling {
  /**
   * A window of the matrix, read only.
   *
   * @return rows [row, row + rows) and columns [col, col + cols), perhaps a copy
   */
  MatrixView window(int row, int rows, int col, int cols);

  /** A whole matrix. */
  static Coupling of(FloatMatrix matrix) {
    return (row, rows, col, cols) -> MatrixView.of(matrix, row, col, rows, cols);
  }
}
