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

  /** Rows transposed at a time: a cache line of each stays in the first-level cache. */
  private static final int TRANSPOSED_ROWS = 8;

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
      kernels.packRight(MatrixView.of(upper, strip * STRIP, end, STRIP, rest), panels[strip]);
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
    Tile tile = new Tile(STRIP, weight.rows());
    float[] errors = new float[kernels.leftLength(weight.rows(), STRIP)];
    for (int strip = 0; strip < panels.length; strip++) {
      int done = strip * STRIP;
      int width = Math.min(STRIP, upper.cols() - done);
      MatrixView target = columns(weight, done, width);
      tile.load(columns(compensated, done, width), target);
      for (int j = 0; j < width; j++) {
        cells.select(column[from + done + j]);
        CellRounding.round(
            format,
            tile.compensated[j],
            cells.scale(),
            cells.zero(),
            cells.haveIntegerZeros(),
            weight.rows(),
            tile.code[j],
            tile.nearest);
        tile.setError(j);
        int row = upper.offset(done + j) + done;
        for (int i = j + 1; i < width; i++) {
          kernels.axpy(
              upper.data()[row + i], tile.error[j], 0, tile.compensated[i], 0, weight.rows());
        }
      }
      tile.store(target, codes, firstRow * column.length + from + done, column.length);
      int end = done + width;
      if (end < upper.cols()) {
        kernels.packLeft(target, errors);
        kernels.multiplyPanels(
            errors, panels[strip], width, columns(compensated, end, upper.cols() - end));
      }
    }
  }

  private static MatrixView columns(MatrixView view, int first, int width) {
    return new MatrixView(view.data(), view.offset() + first, view.stride(), view.rows(), width);
  }

  /** A strip of a tile, transposed: one array per column. */
  private static final class Tile {
    private final float[][] compensated;
    private final float[][] error;
    private final float[][] code;
    private final float[] nearest;

    Tile(int columns, int rows) {
      compensated = new float[columns][rows];
      error = new float[columns][rows];
      code = new float[columns][rows];
      nearest = new float[rows];
    }

    void load(MatrixView open, MatrixView weight) {
      for (int first = 0; first < weight.rows(); first += TRANSPOSED_ROWS) {
        for (int j = 0; j < weight.cols(); j++) {
          copyColumn(open, j, first, compensated[j]);
          copyColumn(weight, j, first, error[j]);
        }
      }
    }

    private static void copyColumn(MatrixView from, int col, int first, float[] to) {
      float[] data = from.data();
      int stride = from.stride();
      int source = from.offset() + first * stride + col;
      if (first + TRANSPOSED_ROWS <= from.rows()) {
        for (int r = 0; r < TRANSPOSED_ROWS; r++) {
          to[first + r] = data[source + r * stride];
        }
      } else {
        for (int r = 0; first + r < from.rows(); r++) {
          to[first + r] = data[source + r * stride];
        }
      }
    }

    /** The error of column j, whose place its weight has held. */
    void setError(int j) {
      float[] target = error[j];
      for (int r = 0; r < target.length; r++) {
        target[r] -= nearest[r];
      }
    }

    void store(MatrixView weight, short[] codes, int firstCode, int codeStride) {
      for (int first = 0; first < weight.rows(); first += TRANSPOSED_ROWS) {
        int count = Math.min(TRANSPOSED_ROWS, weight.rows() - first);
        for (int j = 0; j < weight.cols(); j++) {
          int to = weight.offset() + first * weight.stride() + j;
          storeColumn(error[j], first, count, weight.data(), to, weight.stride());
          storeCodes(code[j], first, count, codes, firstCode + first * codeStride + j, codeStride);
        }
      }
    }

    private static void storeColumn(
        float[] from, int first, int count, float[] to, int target, int stride) {
      if (count == TRANSPOSED_ROWS) {
        for (int r = 0; r < TRANSPOSED_ROWS; r++) {
          to[target + r * stride] = from[first + r];
        }
      } else {
        for (int r = 0; r < count; r++) {
          to[target + r * stride] = from[first + r];
        }
      }
    }

    private static void storeCodes(
        float[] from, int first, int count, short[] to, int target, int stride) {
      if (count == TRANSPOSED_ROWS) {
        for (int r = 0; r < TRANSPOSED_ROWS; r++) {
          to[target + r * stride] = (short) from[first + r];
        }
      } else {
        for (int r = 0; r < count; r++) {
          to[target + r * stride] = (short) from[first + r];
        }
      }
    }
  }
}
