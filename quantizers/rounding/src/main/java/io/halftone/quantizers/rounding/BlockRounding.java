package io.halftone.quantizers.rounding;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Kernels;
import io.halftone.core.quantized.CellRounding;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;

/**
 * Error feedback inside one block of columns, for a tile of rows at a time.
 *
 * <p>The block is cut into strips of a few columns. Errors of a strip reach all later ones by one
 * product; inside a strip the tile is held transposed, so that every step runs over the rows.
 */
final class BlockRounding {
  /** Rows of a tile: its strip stays in the first-level cache. */
  static final int ROWS = 128;

  /** Most columns of a block. */
  static final int COLS = 256;

  /** Columns of a strip. */
  private static final int STRIP = 32;

  private final Kernels kernels;
  private final NumberFormat format;
  private final int[] column;
  private final int from;
  private final FloatMatrix upper;
  private final float[][] panels;

  /**
   * Prepares a block.
   *
   * @param column of the layer at each position of the sweep
   * @param from first position of the block
   * @param upper U inside the block, at most {@link #COLS} wide
   */
  BlockRounding(Kernels kernels, NumberFormat format, int[] column, int from, FloatMatrix upper) {
    this.kernels = kernels;
    this.format = format;
    this.column = column;
    this.from = from;
    this.upper = upper;
    this.panels = new float[(upper.cols() + STRIP - 1) / STRIP][];
    for (int strip = 0; strip < panels.length - 1; strip++) {
      int end = (strip + 1) * STRIP;
      int rest = upper.cols() - end;
      panels[strip] = new float[kernels.rightLength(STRIP, rest)];
      kernels.packRight(MatrixView.of(upper, strip * STRIP, end, STRIP, rest), panels[strip], 0);
    }
  }

  /**
   * Quantizes the block for a tile of rows.
   *
   * @param firstRow of the tile
   * @param compensated by the errors of earlier blocks, [rows, columns of the block]; consumed
   * @param weight [rows, columns of the block]; errors take its place
   * @param codes of all rows in sweep order, written
   * @param cells of the tile
   */
  void round(
      int firstRow, MatrixView compensated, MatrixView weight, short[] codes, CellColumns cells) {
    StripTile tile = new StripTile(STRIP, weight.rows());
    for (int strip = 0; strip < panels.length; strip++) {
      int done = strip * STRIP;
      MatrixView open = strip(compensated, done);
      MatrixView target = strip(weight, done);
      tile.load(open, target);
      for (int j = 0; j < open.cols(); j++) {
        cells.select(column[from + done + j]);
        CellRounding.round(
            format,
            tile.compensated(j),
            cells.scale(),
            cells.zero(),
            cells.haveIntegerZeros(),
            weight.rows(),
            tile.code(j),
            tile.nearest());
        tile.setError(j, tile.nearest());
        passOn(tile, done, j, open.cols());
      }
      tile.storeErrors(target);
      int firstCode = firstRow * column.length + from + done;
      tile.storeCodes(open.cols(), codes, firstCode, column.length);
      passOn(target, strip, compensated);
    }
  }

  /**
   * Goes over the block for a tile of rows as if every compensated column could be stored as it is.
   *
   * @param best compensated by the errors of earlier columns, [rows, columns of the block]; what
   *     the columns of the block add is added
   * @param weight [rows, columns of the block]; weight − best takes its place
   */
  void preview(MatrixView best, MatrixView weight) {
    StripTile tile = new StripTile(STRIP, weight.rows());
    for (int strip = 0; strip < panels.length; strip++) {
      int done = strip * STRIP;
      MatrixView open = strip(best, done);
      MatrixView target = strip(weight, done);
      tile.load(open, target);
      for (int j = 0; j < open.cols(); j++) {
        tile.setError(j, tile.compensated(j));
        passOn(tile, done, j, open.cols());
      }
      tile.storeErrors(target);
      tile.storeCompensated(open);
      passOn(target, strip, best);
    }
  }

  /** Adds the errors of column j of a strip to the strip's later columns. */
  private void passOn(StripTile tile, int done, int j, int width) {
    int row = upper.offset(done + j) + done;
    for (int i = j + 1; i < width; i++) {
      float[] later = tile.compensated(i);
      kernels.axpy(upper.data()[row + i], tile.error(j), 0, later, 0, later.length);
    }
  }

  /** Adds the errors of a strip to the columns after it. */
  private void passOn(MatrixView errors, int strip, MatrixView compensated) {
    int end = strip * STRIP + errors.cols();
    if (end < upper.cols()) {
      float[] left = new float[kernels.leftLength(errors.rows(), errors.cols())];
      kernels.packLeft(errors, left);
      MatrixView rest = columns(compensated, end, upper.cols() - end);
      kernels.multiplyPanels(left, panels[strip], 0, errors.cols(), rest);
    }
  }

  private MatrixView strip(MatrixView view, int done) {
    return columns(view, done, Math.min(STRIP, upper.cols() - done));
  }

  private static MatrixView columns(MatrixView view, int first, int width) {
    return new MatrixView(view.data(), view.offset() + first, view.stride(), view.rows(), width);
  }
}
