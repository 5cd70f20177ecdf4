package io.halftone.quantizers.rounding;

import io.halftone.core.quantized.CellRounding;
import io.halftone.core.scheme.CellLayout;

/** Scales and zero points of a tile of rows, gathered for one column of cells at a time. */
final class CellColumns {
  private final CellLayout layout;
  private final int firstRow;
  private final int rows;
  private final float[] scale;
  private final float[] zero;
  private final float[][] scales;
  private final float[][] zeros;
  private final boolean[] integerZeros;
  private int selected;

  /**
   * Gathers nothing yet.
   *
   * @param scale per cell of the layout, read
   * @param zero per cell of the layout, read
   */
  CellColumns(CellLayout layout, int firstRow, int rows, float[] scale, float[] zero) {
    this.layout = layout;
    this.firstRow = firstRow;
    this.rows = rows;
    this.scale = scale;
    this.zero = zero;
    this.scales = new float[layout.cellsPerRow()][];
    this.zeros = new float[layout.cellsPerRow()][];
    this.integerZeros = new boolean[layout.cellsPerRow()];
  }

  /** Turns to the cells of a column of the layer. */
  void select(int column) {
    selected = column / layout.cellCols();
    if (scales[selected] == null) {
      scales[selected] = new float[rows];
      zeros[selected] = new float[rows];
      for (int r = 0; r < rows; r++) {
        int cell = layout.cell(firstRow + r, column);
        scales[selected][r] = scale[cell];
        zeros[selected][r] = zero[cell];
      }
      integerZeros[selected] = CellRounding.areIntegers(zeros[selected], rows);
    }
  }

  /** Number of rows. */
  int rows() {
    return rows;
  }

  /** Scale of each row in the selected column. */
  float[] scale() {
    return scales[selected];
  }

  /** Zero point of each row in the selected column. */
  float[] zero() {
    return zeros[selected];
  }

  /** Whether the zero points in the selected column are integers. */
  boolean haveIntegerZeros() {
    return integerZeros[selected];
  }
}
