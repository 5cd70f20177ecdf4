package io.halftone.core.kernel;

import io.halftone.core.tensor.SquareMatrix;
import java.util.concurrent.ForkJoinPool;

/**
 * G = U·D·Uᵀ by blocked elimination from the last column up.
 *
 * <p>Works on the matrix with rows and columns reversed, where the factor is unit lower triangular:
 * v[i, j] = g[i, j] − Σₖ v[i, k]·l[j, k] over ascending k &lt; j, d[j] = v[j, j], l[i, j] = v[i, j]
 * / d[j]. Every sum is one chain of fused multiply-adds, advanced tile by tile, so the size of
 * tiles and the threads do not change a bit. A panel of columns takes all its sums at once, from
 * the panels before it, and only the lower triangle is held. Cost n³/3 operations, memory n²/2
 * doubles, which become the result.
 */
final class UnitUpperFactorisation {
  private static final int TILE = LowerTriangle.TILE;

  /** Tiles of a panel: what is left of a row's tiles is packed once for all of them. */
  private static final int PANEL = 2;

  /** Columns of a tile that are solved without a product. */
  private static final int STEP = 16;

  private final Kernels kernels;
  private final ForkJoinPool pool;

  UnitUpperFactorisation(Kernels kernels, ForkJoinPool pool) {
    this.kernels = kernels;
    this.pool = pool;
  }

  /**
   * Factors G[order, order] + ridge·I.
   *
   * @throws NotPositiveDefiniteException with the position in {@code order}
   */
  UnitUpperFactor factor(SquareMatrix g, int[] order, double ridge) {
    LowerTriangle v = reversed(g, order, ridge);
    double[] d = new double[order.length];
    double[] lower = new double[TILE * TILE];
    int tiles = v.tiles().length;
    RowsOfPanels packed = new RowsOfPanels(tiles, kernels.rightLength(TILE, TILE));
    for (int panel = 0; panel < tiles; panel += PANEL) {
      int first = panel;
      int end = Math.min(tiles, first + PANEL);
      for (int tileCol = first; tileCol < end; tileCol++) {
        pack(v, d, tileCol, 0, first, packed);
      }
      forParts(v, first, (tile, part) -> subtract(v, packed, tile, part, first, end, 0, first));
      for (int tileCol = first; tileCol < end; tileCol++) {
        int now = tileCol;
        pack(v, d, now, first, now, packed);
        forParts(v, now, (tile, part) -> subtract(v, packed, tile, part, now, now + 1, first, now));
        eliminate(v, d, now, lower);
        ParallelTiles.run(pool, tiles - now - 1, i -> solve(v, lower, now + 1 + i, now));
      }
    }
    return new UnitUpperFactor(v, reversed(d));
  }

  /** The lower triangle of the matrix to factor, rows and columns reversed. */
  private LowerTriangle reversed(SquareMatrix g, int[] order, double ridge) {
    LowerTriangle v = LowerTriangle.empty(order.length);
    ParallelTiles.run(pool, v.tiles().length, tileRow -> fill(v, g, order, ridge, tileRow));
    return v;
  }

  private static void fill(
      LowerTriangle v, SquareMatrix g, int[] order, double ridge, int tileRow) {
    int last = order.length - 1;
    double[] tiles = v.allocate(tileRow);
    for (int r = 0; r < v.rows(tileRow); r++) {
      int i = tileRow * TILE + r;
      int source = order[last - i] * order.length;
      for (int tileCol = 0; tileCol <= tileRow; tileCol++) {
        int target = v.offset(tileRow, tileCol) + r * TILE;
        int column = last - tileCol * TILE;
        int width = Math.min(TILE, i + 1 - tileCol * TILE);
        for (int j = 0; j < width; j++) {
          tiles[target + j] = g.values()[source + order[column - j]];
        }
      }
      tiles[v.offset(tileRow, tileRow) + r * TILE + r] += ridge;
    }
  }

  /**
   * The packed tiles of as many rows as a panel has, in one array, since a large one is aligned.
   */
  private static final class RowsOfPanels {
    final double[] values;
    private final int tiles;
    private final int length;

    RowsOfPanels(int tiles, int length) {
      this.values = new double[CacheLine.FIRST_DOUBLE + Math.multiplyExact(PANEL * tiles, length)];
      this.tiles = tiles;
      this.length = length;
    }

    int at(int tileRow, int tileCol) {
      return CacheLine.FIRST_DOUBLE + (tileRow % PANEL * tiles + tileCol) * length;
    }
  }

  /** Packs −l of a row of tiles, transposed, for k in the tiles [from, to). */
  private void pack(
      LowerTriangle v, double[] d, int tileRow, int from, int to, RowsOfPanels packed) {
    ParallelTiles.run(pool, to - from, k -> packLower(v, d, tileRow, from + k, packed));
  }

  private void packLower(
      LowerTriangle v, double[] d, int tileRow, int tileCol, RowsOfPanels packed) {
    DoubleView tile = v.window(tileRow, tileCol, 0, TILE);
    double[] negated = new double[TILE * TILE];
    for (int j = 0; j < tile.rows(); j++) {
      for (int k = 0; k < TILE; k++) {
        double value = tile.data()[tile.offset() + j * TILE + k];
        negated[j * TILE + k] = -(value / d[tileCol * TILE + k]);
      }
    }
    DoubleView rows = new DoubleView(negated, 0, TILE, tile.rows(), TILE);
    kernels.packRightTransposed(rows, packed.values, packed.at(tileRow, tileCol));
  }

  /** Work on some rows of a row of tiles. */
  private interface PartOfTiles {
    void run(int tileRow, int part);
  }

  /** Runs work on all parts of all rows of tiles from one on. */
  private void forParts(LowerTriangle v, int from, PartOfTiles work) {
    int parts = PanelProduct.blocks(TILE, partRows());
    ParallelTiles.run(
        pool, (v.tiles().length - from) * parts, i -> work.run(from + i / parts, i % parts));
  }

  /** Few rows: there are no more tiles than a few per thread, and threads shall end together. */
  private int partRows() {
    return 2 * kernels.rowStep();
  }

  /**
   * v[i, j] ← v[i, j] − Σₖ v[i, k]·l[j, k], i in a part of a row of tiles, j in the tiles [first,
   * end) up to the diagonal, k in the tiles [from, to): the part is packed once for all j.
   */
  private void subtract(
      LowerTriangle v,
      RowsOfPanels packed,
      int tileRow,
      int part,
      int first,
      int end,
      int from,
      int to) {
    int row = part * partRows();
    int rows = Math.min(partRows(), v.rows(tileRow) - row);
    if (rows <= 0 || from == to) {
      return;
    }
    double[] left = new double[kernels.leftLength(rows, TILE)];
    for (int k = from; k < to; k++) {
      kernels.packLeft(rows(v.window(tileRow, k, 0, TILE), row, rows), left);
      for (int j = first; j < Math.min(end, tileRow + 1); j++) {
        DoubleView open = rows(v.window(tileRow, j, 0, v.rows(j)), row, rows);
        kernels.multiplyPanels(left, packed.values, packed.at(j, k), TILE, open);
      }
    }
  }

  private static DoubleView rows(DoubleView tile, int from, int count) {
    int offset = tile.offset() + from * tile.stride();
    return new DoubleView(tile.data(), offset, tile.stride(), count, tile.cols());
  }

  /** Completes the panel's tile on the diagonal, d and −l of it, transposed. */
  private void eliminate(LowerTriangle v, double[] d, int panel, double[] lower) {
    double[] values = v.tiles()[panel];
    for (int i = 0; i < v.rows(panel); i++) {
      int row = v.offset(panel, panel) + i * TILE;
      for (int k = 0; k < i; k++) {
        lower[k * TILE + i] = -(values[row + k] / d[panel * TILE + k]);
        kernels.axpy(values[row + k], lower, k * TILE + k + 1, values, row + k + 1, i - k);
      }
      double pivot = values[row + i];
      if (!(pivot >= Double.MIN_NORMAL && pivot <= Double.MAX_VALUE)) {
        throw new NotPositiveDefiniteException(d.length - 1 - panel * TILE - i, pivot);
      }
      d[panel * TILE + i] = pivot;
    }
  }

  /** Completes the panel's tile in a row of tiles below it. */
  private void solve(LowerTriangle v, double[] lower, int tileRow, int panel) {
    int cols = v.rows(panel);
    double[][] columns = new double[STEP][v.rows(tileRow)];
    for (int from = 0; from < cols; from += STEP) {
      int to = Math.min(cols, from + STEP);
      DoubleView open = v.window(tileRow, panel, from, to);
      if (from > 0) {
        DoubleView factor = new DoubleView(lower, from, TILE, from, to - from);
        kernels.multiplyAdd(v.window(tileRow, panel, 0, from), factor, open);
      }
      solveStep(open, lower, from, columns);
    }
  }

  /** A step is held transposed, so that its loops run over the rows. */
  private void solveStep(DoubleView open, double[] lower, int from, double[][] columns) {
    int rows = open.rows();
    for (int j = 0; j < open.cols(); j++) {
      for (int i = 0; i < rows; i++) {
        columns[j][i] = open.data()[open.offset() + i * open.stride() + j];
      }
      for (int k = 0; k < j; k++) {
        kernels.axpy(lower[(from + k) * TILE + from + j], columns[k], 0, columns[j], 0, rows);
      }
      for (int i = 0; i < rows; i++) {
        open.data()[open.offset() + i * open.stride() + j] = columns[j][i];
      }
    }
  }

  private static double[] reversed(double[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = values[values.length - 1 - i];
    }
    return result;
  }
}
