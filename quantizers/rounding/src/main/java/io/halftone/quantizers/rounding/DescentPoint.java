package io.halftone.quantizers.rounding;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.GridRounding;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.tensor.FloatMatrix;

/**
 * Where descent stands on a fixed grid: the target, its codes, and the residuals target − value.
 *
 * <p>All are held transposed and in tiles of rows: of each tile [in, rows].
 */
final class DescentPoint {
  private final int out;
  private final int in;
  private final GridTensor start;
  private final Compute compute;
  private final CellTiles cells;
  private final float[][] target;
  private final float[][] code;
  private final float[][] residual;

  /**
   * Stands at the given codes.
   *
   * @param target [out, in], read
   * @param start codes and grid, read
   */
  DescentPoint(FloatMatrix target, GridTensor start, Compute compute) {
    this.out = target.rows();
    this.in = target.cols();
    this.start = start;
    this.compute = compute;
    CellLayout layout = start.grid().layout();
    this.cells = new CellTiles(layout, start.grid().scale(), start.grid().zero());
    this.target = new float[tiles()][];
    this.code = new float[tiles()][];
    this.residual = new float[tiles()][];
    compute.parallel(
        tiles(),
        tile -> {
          load(tile, target.data(), start.codes().values());
          formResidual(tile(tile));
        });
  }

  /** Number of tiles. */
  int tiles() {
    return RowTiles.count(out);
  }

  /** Rows of a tile. */
  int rows(int tile) {
    return RowTiles.rows(tile, out);
  }

  private void load(int tile, float[] targets, short[] codes) {
    int rows = rows(tile);
    float[] target = new float[in * rows];
    float[] code = new float[in * rows];
    int from = tile * RowTiles.ROWS * in;
    for (int first = 0; first < in; first += RowTiles.TRANSPOSED_COLS) {
      int end = Math.min(in, first + RowTiles.TRANSPOSED_COLS);
      for (int r = 0; r < rows; r++) {
        for (int j = first; j < end; j++) {
          target[j * rows + r] = targets[from + r * in + j];
          code[j * rows + r] = codes[from + r * in + j];
        }
      }
    }
    this.target[tile] = target;
    this.code[tile] = code;
    this.residual[tile] = new float[in * rows];
  }

  private void formResidual(DescentTile tile) {
    for (int j = 0; j < in; j++) {
      tile.select(j);
      tile.formResidual();
    }
  }

  /** Rows of the layer. */
  int out() {
    return out;
  }

  /** Columns of the layer. */
  int in() {
    return in;
  }

  /** Residuals of a tile, [in, rows]. */
  float[] residual(int tile) {
    return residual[tile];
  }

  /** The value of a code at one element of the layer. */
  float value(int row, int column, int code) {
    int cell = start.grid().layout().cell(row, column);
    return GridRounding.value(
        format(), code, start.grid().scale()[cell], start.grid().zero()[cell]);
  }

  /** The code nearest to a value at one element of the layer. */
  int nearestCode(int row, int column, float value) {
    int cell = start.grid().layout().cell(row, column);
    return GridRounding.code(
        format(), value, start.grid().scale()[cell], start.grid().zero()[cell]);
  }

  private NumberFormat format() {
    return start.scheme().format();
  }

  /** Rows from tile · {@link RowTiles#ROWS} on; one thread at a time. */
  DescentTile tile(int tile) {
    return new DescentTile(
        format(), cells.tile(tile), rows(tile), target[tile], code[tile], residual[tile]);
  }

  /** The codes reached, in the form of the start. */
  GridTensor reached() {
    short[] codes = new short[out * in];
    compute.parallel(tiles(), tile -> store(tile, codes));
    return new GridTensor(start.scheme(), new Codes(out, in, format().bits(), codes), start.grid());
  }

  private void store(int tile, short[] codes) {
    int rows = rows(tile);
    int to = tile * RowTiles.ROWS * in;
    for (int first = 0; first < in; first += RowTiles.TRANSPOSED_COLS) {
      int end = Math.min(in, first + RowTiles.TRANSPOSED_COLS);
      for (int r = 0; r < rows; r++) {
        for (int j = first; j < end; j++) {
          codes[to + r * in + j] = (short) code[tile][j * rows + r];
        }
      }
    }
  }
}
