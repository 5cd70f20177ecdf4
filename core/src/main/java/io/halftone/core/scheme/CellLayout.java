package io.halftone.core.scheme;

/**
 * How the elements of a matrix fall into the cells that share a scale: blocks of {@code cellRows x
 * cellCols}, the last ones cut short by the matrix's edge. Every granularity reduces to one such
 * layout.
 *
 * @param rows rows of the matrix
 * @param cols columns of the matrix
 * @param cellRows rows of a cell, at least 1
 * @param cellCols columns of a cell, at least 1
 */
public record CellLayout(int rows, int cols, int cellRows, int cellCols) {
  /** Validates that cells are not empty. */
  public CellLayout {
    if (rows < 0 || cols < 0 || cellRows < 1 || cellCols < 1) {
      throw new IllegalArgumentException(
          "cells of " + cellRows + " x " + cellCols + " on a " + rows + " x " + cols + " matrix");
    }
  }

  /** Number of cells side by side along a row. */
  public int cellsPerRow() {
    return (cols + cellCols - 1) / cellCols;
  }

  /** Number of cells. */
  public int count() {
    return (rows + cellRows - 1) / cellRows * cellsPerRow();
  }

  /** The cell of element (row, col). */
  public int cell(int row, int col) {
    return row / cellRows * cellsPerRow() + col / cellCols;
  }
}
