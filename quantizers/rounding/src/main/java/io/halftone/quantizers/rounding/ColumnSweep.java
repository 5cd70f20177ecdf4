package io.halftone.quantizers.rounding;

import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.Kernels;
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
  private static final int STRIP = 32;

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
  private final MatrixView residual;
  private final Compute compute;
  private final FloatMatrix product;

  /**
   * Prepares sweeps.
   *
   * @param gram [in, in], read
   * @param point its residuals are read; moves write them
   */
  ColumnSweep(FloatMatrix gram, DescentPoint point, Compute compute) {
    this.gram = gram;
    this.residual = MatrixView.of(point.residual(), 0, 0, gram.rows(), point.out());
    this.compute = compute;
    int block = Math.min(BLOCK, gram.cols());
    this.product = FloatMatrix.zeros(block, point.residual().cols());
  }

  /**
   * Goes over all columns once.
   *
   * @param moves begins a tile, or goes on with it; its rows begin at tile · {@link #ROWS}
   */
  void run(IntFunction<Move> moves) {
    int out = residual.cols();
    for (int from = 0; from < gram.cols(); from += BLOCK) {
      int width = Math.min(gram.cols(), from + BLOCK) - from;
      formProducts(from, width);
      float[][] panels = panels(from, width);
      int first = from;
      compute.parallel(
          (out + ROWS - 1) / ROWS,
          tile -> {
            int rows = Math.min(out - tile * ROWS, ROWS);
            MatrixView products = MatrixView.of(product, 0, tile * ROWS, width, rows);
            sweepTile(first, products, panels, moves.apply(tile));
          });
    }
  }

  private void formProducts(int from, int width) {
    int in = gram.cols();
    compute.parallel(
        width,
        j -> {
          int row = product.offset(j);
          Arrays.fill(product.data(), row, row + product.cols(), 0);
        });
    compute
        .algebra()
        .multiplyAdd(
            MatrixView.of(gram, from, 0, width, in),
            residual,
            MatrixView.of(product, 0, 0, width, residual.cols()));
  }

  /** G between each strip and the columns of the block after it, packed. */
  private float[][] panels(int from, int width) {
    Kernels kernels = compute.kernels();
    float[][] panels = new float[(width - 1) / STRIP][];
    for (int strip = 0; strip < panels.length; strip++) {
      int begin = strip * STRIP;
      int later = width - begin - STRIP;
      panels[strip] = new float[kernels.leftLength(later, STRIP)];
      kernels.packLeftTransposed(
          MatrixView.of(gram, from + begin, from + begin + STRIP, STRIP, later), panels[strip]);
    }
    return panels;
  }

  /**
   * Moves the columns of a block in one tile of rows.
   *
   * @param from first column
   * @param products [columns, rows], read and written
   */
  private void sweepTile(int from, MatrixView products, float[][] panels, Move move) {
    float[] steps = new float[STRIP * products.cols()];
    float[] right = new float[compute.kernels().rightLength(STRIP, products.cols())];
    for (int strip = 0; strip * STRIP < products.rows(); strip++) {
      int begin = strip * STRIP;
      int end = Math.min(products.rows(), begin + STRIP);
      boolean moved = sweepStrip(from, begin, end, products, move, steps);
      if (moved && end < products.rows()) {
        MatrixView moves = new MatrixView(steps, 0, products.cols(), STRIP, products.cols());
        compute.kernels().packRight(moves, right, 0);
        compute
            .kernels()
            .multiplyPanels(panels[strip], right, 0, STRIP, rows(products, end, products.rows()));
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
      if (move.column(from + j, products.data(), at, steps, step)) {
        any = true;
        passOn(from, j, end, products, steps, step);
      } else {
        Arrays.fill(steps, step, step + rows, 0);
      }
    }
    return any;
  }

  /** Passes the move of column j of the block on to the columns (j, end). */
  private void passOn(int from, int j, int end, MatrixView products, float[] steps, int step) {
    int line = gram.offset(from + j) + from;
    for (int i = j + 1; i < end; i++) {
      int at = products.offset() + i * products.stride();
      compute
          .kernels()
          .axpy(gram.data()[line + i], steps, step, products.data(), at, products.cols());
    }
  }

  private static MatrixView rows(MatrixView view, int first, int end) {
    int offset = view.offset() + first * view.stride();
    return new MatrixView(view.data(), offset, view.stride(), end - first, view.cols());
  }
}
