package io.halftone.quantizers.rounding;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * One pass over the columns of a layer in ascending order, each moved for all rows at once.
 *
 * <p>A column is moved by what P = R·G says there, R the residuals as all columns before it left
 * them. The products of a block of columns are formed by one matrix product from the residuals as
 * they are when the block is reached; inside the block moves are passed on to later columns, to
 * those of the same strip one by one, to those of later strips by a product. All matrices are held
 * transposed, so that every step runs over the rows. Cost out·in·(in + {@value #BLOCK} / 2)
 * multiply-adds, nearly all of them in products.
 */
final class ColumnSweep {
  /** Rows of a tile: its strip of products stays in the first-level cache. */
  static final int ROWS = BlockRounding.ROWS;

  /** Columns of a block; part of the definition of a result's bits. */
  static final int BLOCK = 224;

  /** Columns of a strip; no bit depends on it. */
  static final int STRIP = 32;

  /** How the columns of one tile of rows move. */
  interface Move {
    /**
     * Moves a column, and the residuals of the tile with it.
     *
     * @param column of the layer
     * @param product holds (R·G)[row, column] of the tile's rows, read
     * @param at where they begin
     * @param step what the residuals of the tile's rows changed by, written
     * @param to where to begin
     * @return whether any changed; else nothing need be written
     */
    boolean column(int column, float[] product, int at, float[] step, int to);
  }

  private final FloatMatrix gram;
  private final Compute compute;
  private final DescentPoint point;
  private final ResidualPanels residuals;

  /**
   * Prepares sweeps, the residuals as they are now.
   *
   * @param gram [in, in], read
   * @param point its residuals are read; moves write them
   */
  ColumnSweep(FloatMatrix gram, DescentPoint point, Compute compute) {
    this.gram = gram;
    this.compute = compute;
    this.point = point;
    this.residuals = new ResidualPanels(compute.kernels(), point);
    compute.parallel(
        point.tiles(),
        tile -> {
          for (int block = 0; block < residuals.blocks(); block++) {
            residuals.pack(tile, block);
          }
        });
  }

  /**
   * Goes over all columns once.
   *
   * @param moves begins a tile, or goes on with it; its rows begin at tile · {@link #ROWS}
   */
  void run(IntFunction<Move> moves) {
    for (int block = 0; block < residuals.blocks(); block++) {
      int current = block;
      GramBlock g = new GramBlock(compute.kernels(), gram, block * BLOCK, residuals.width(block));
      compute.parallel(g.parts(), g::pack);
      compute.parallel(
          point.tiles(),
          tile -> {
            sweepTile(g, products(g, tile), moves.apply(tile));
            residuals.pack(tile, current);
          });
    }
  }

  /** P of a tile's rows for the columns of a block, [columns, rows]. */
  private MatrixView products(GramBlock g, int tile) {
    int rows = point.rows(tile);
    MatrixView products = new MatrixView(new float[g.width() * rows], 0, rows, g.width(), rows);
    for (int block = 0; block < residuals.blocks(); block++) {
      residuals.multiply(g.with(block), tile, block, products);
    }
    return products;
  }

  /** Moves the columns of a block in one tile of rows; the products are read and written. */
  private void sweepTile(GramBlock g, MatrixView products, Move move) {
    float[] steps = new float[STRIP * products.cols()];
    float[] right = new float[compute.kernels().rightLength(STRIP, products.cols())];
    for (int strip = 0; strip * STRIP < products.rows(); strip++) {
      int begin = strip * STRIP;
      int end = Math.min(products.rows(), begin + STRIP);
      boolean moved = sweepStrip(g.from(), begin, end, products, move, steps);
      if (moved && end < products.rows()) {
        MatrixView moves = new MatrixView(steps, 0, products.cols(), STRIP, products.cols());
        compute.kernels().packRight(moves, right, 0);
        compute
            .kernels()
            .multiplyPanels(g.after(strip), right, 0, STRIP, rows(products, end, products.rows()));
      }
    }
  }

  /** The columns [begin, end) of the block; whether any moved. */
  private boolean sweepStrip(
      int from, int begin, int end, MatrixView products, Move move, float[] steps) {
    int rows = products.cols();
    boolean any = false;
    for (int j = begin; j < end; j++) {
      int at = products.offset() + j * products.stride();
      int step = (j - begin) * rows;
      if (any) {
        MatrixView moves = new MatrixView(steps, 0, rows, j - begin, rows);
        int line = gram.offset(from + j) + from + begin;
        compute.kernels().addRows(gram.data(), line, moves, products.data(), at);
      }
      if (move.column(from + j, products.data(), at, steps, step)) {
        any = true;
      } else {
        Arrays.fill(steps, step, step + rows, 0);
      }
    }
    return any;
  }

  private static MatrixView rows(MatrixView view, int first, int end) {
    int offset = view.offset() + first * view.stride();
    return new MatrixView(view.data(), offset, view.stride(), end - first, view.cols());
  }
}
