package io.halftone.quantizers.rounding;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.quantized.CellRounding;

/** Rounds compensated columns in a tile of rows and keeps their codes. */
final class FeedbackTile implements BlockSweep.Move {
  private final NumberFormat format;
  private final int[] column;
  private final CellColumns cells;
  private final int first;
  private final int end;
  private final int rows;
  private final float[] value;
  private final float[] code;
  private final float[] nearest;
  private final short[] codes;

  /**
   * Keeps no codes yet.
   *
   * @param column of the layer at each position of the sweep
   * @param cells of the tile
   * @param first position whose code is kept
   * @param end behind the last of them
   */
  FeedbackTile(NumberFormat format, int[] column, CellColumns cells, int first, int end) {
    this.format = format;
    this.column = column;
    this.cells = cells;
    this.first = first;
    this.end = end;
    this.rows = cells.rows();
    this.value = new float[rows];
    this.code = new float[rows];
    this.nearest = new float[rows];
    this.codes = new short[(end - first) * rows];
  }

  /** Rounds; the column's weights are where its errors go. */
  @Override
  public boolean column(int position, float[] compensated, int at, float[] error, int to) {
    cells.select(column[position]);
    System.arraycopy(compensated, at, value, 0, rows);
    CellRounding.round(
        format, value, cells.scale(), cells.zero(), cells.haveIntegerZeros(), rows, code, nearest);
    int element = (position - first) * rows;
    for (int i = 0; i < rows; i++) {
      error[to + i] -= nearest[i];
    }
    for (int i = 0; i < rows; i++) {
      codes[element + i] = (short) code[i];
    }
    return true;
  }

  /**
   * Writes the codes.
   *
   * @param to of all rows, in sweep order
   * @param firstRow of the tile
   */
  void store(short[] to, int firstRow) {
    for (int from = first; from < end; from += RowTiles.TRANSPOSED_COLS) {
      int behind = Math.min(end, from + RowTiles.TRANSPOSED_COLS);
      for (int r = 0; r < rows; r++) {
        int row = (firstRow + r) * column.length;
        for (int j = from; j < behind; j++) {
          to[row + j] = codes[(j - first) * rows + r];
        }
      }
    }
  }
}
