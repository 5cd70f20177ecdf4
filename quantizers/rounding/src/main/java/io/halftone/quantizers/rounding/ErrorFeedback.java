package io.halftone.quantizers.rounding;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.UnitUpperMatrix;
import io.halftone.core.quantized.Codes;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import io.halftone.core.transform.Permutation;

/**
 * The state of one sweep of ŵ[j] = Q(w[j] + Σ_{i &lt; j} (w[i] − ŵ[i])·U[i, j]) over the columns of
 * a weight, all rows at once.
 *
 * <p>Every compensated column is one chain over ascending i, inside blocks and across them, so the
 * block size changes speed but no bit of the result. Errors take the place of the weights they
 * belong to.
 */
final class ErrorFeedback {
  private final Compute compute;
  private final NumberFormat format;
  private final int[] column;
  private final UnitUpperMatrix upper;
  private final FloatMatrix errorThenWeight;
  private final short[] codes;
  private int blockFrom;
  private FloatMatrix compensated;

  /**
   * Prepares a sweep.
   *
   * @param order column at each position of the sweep
   * @param upper U in the permuted order
   */
  ErrorFeedback(LinearTask task, Permutation order, UnitUpperMatrix upper, Compute compute) {
    this.compute = compute;
    this.format = task.scheme().weight().format();
    this.column = order.order();
    this.upper = upper;
    this.errorThenWeight = FloatMatrix.zeros(task.out(), task.in());
    this.codes = new short[errorThenWeight.data().length];
    compute.parallel(
        task.out(),
        r -> {
          int row = r * column.length;
          for (int j = 0; j < column.length; j++) {
            errorThenWeight.data()[row + j] = task.weight().data()[row + column[j]];
          }
        });
  }

  /** Opens the block of positions [from, to): adds the errors of all positions before it. */
  void open(int from, int to) {
    int rows = errorThenWeight.rows();
    blockFrom = from;
    if (compensated == null || compensated.cols() != to - from) {
      compensated = FloatMatrix.zeros(rows, to - from);
    }
    compute.parallel(
        rows,
        r ->
            System.arraycopy(
                errorThenWeight.data(),
                errorThenWeight.offset(r) + from,
                compensated.data(),
                compensated.offset(r),
                to - from));
    feed(0, from, from, to);
  }

  /** Adds the errors of positions [done, end) to the compensated positions [from, to). */
  private void feed(int done, int end, int from, int to) {
    int rows = errorThenWeight.rows();
    upper.multiplyAdd(
        compute.algebra(),
        MatrixView.of(errorThenWeight, 0, done, rows, end - done),
        done,
        from,
        MatrixView.of(compensated, 0, from - blockFrom, rows, to - from));
  }

  /**
   * What GPTQ's eager update shows of positions [from, to) of the open block when position {@code
   * from} is reached: the best continuous values given the codes so far.
   *
   * @return [out, to − from], a new matrix
   */
  FloatMatrix preview(int from, int to) {
    feed(blockFrom, from, from, to);
    int width = to - from;
    int rows = errorThenWeight.rows();
    FloatMatrix best = FloatMatrix.zeros(rows, width);
    FloatMatrix moved = FloatMatrix.zeros(rows, width);
    compute.parallel(
        rows,
        r -> {
          int fed = compensated.offset(r) + from - blockFrom;
          System.arraycopy(compensated.data(), fed, best.data(), best.offset(r), width);
          int weight = errorThenWeight.offset(r) + from;
          System.arraycopy(errorThenWeight.data(), weight, moved.data(), moved.offset(r), width);
        });
    for (int begin = 0; begin < width; begin += BlockRounding.COLS) {
      previewBlock(from, begin, Math.min(width, begin + BlockRounding.COLS), best, moved);
    }
    return best;
  }

  /** Goes over the columns [begin, end) of a preview that starts at a position. */
  private void previewBlock(int from, int begin, int end, FloatMatrix best, FloatMatrix moved) {
    int rows = best.rows();
    int cols = end - begin;
    upper.multiplyAdd(
        compute.algebra(),
        MatrixView.of(moved, 0, 0, rows, begin),
        from,
        from + begin,
        MatrixView.of(best, 0, begin, rows, cols));
    BlockRounding block = block(from + begin, from + end);
    forTiles(
        (tile, first, count) ->
            block.preview(
                MatrixView.of(best, first, begin, count, cols),
                MatrixView.of(moved, first, begin, count, cols)));
  }

  /**
   * Quantizes positions [from, to) of the open block, to which the errors of all positions before
   * them have been added.
   *
   * @param cells of the layer
   */
  void round(int from, int to, CellTiles cells) {
    for (int begin = from; begin < to; begin += BlockRounding.COLS) {
      int end = Math.min(to, begin + BlockRounding.COLS);
      if (begin > from) {
        feed(from, begin, begin, end);
      }
      roundBlock(begin, end, cells);
    }
  }

  private void roundBlock(int from, int to, CellTiles cells) {
    BlockRounding block = block(from, to);
    forTiles(
        (tile, first, count) ->
            block.round(
                first,
                MatrixView.of(compensated, first, from - blockFrom, count, to - from),
                MatrixView.of(errorThenWeight, first, from, count, to - from),
                codes,
                cells.tile(tile)));
  }

  private BlockRounding block(int from, int to) {
    return new BlockRounding(compute.kernels(), format, column, from, upper.block(from, to));
  }

  /** Work on a tile of rows. */
  private interface TileWork {
    void run(int tile, int firstRow, int rows);
  }

  private void forTiles(TileWork work) {
    int rows = errorThenWeight.rows();
    compute.parallel(
        (rows + BlockRounding.ROWS - 1) / BlockRounding.ROWS,
        tile -> {
          int first = tile * BlockRounding.ROWS;
          work.run(tile, first, Math.min(rows, first + BlockRounding.ROWS) - first);
        });
  }

  /** The codes, in the layer's own column order; ends the sweep. */
  Codes codes() {
    int cols = column.length;
    compute.parallel(
        errorThenWeight.rows(),
        r -> {
          short[] row = new short[cols];
          for (int j = 0; j < cols; j++) {
            row[column[j]] = codes[r * cols + j];
          }
          System.arraycopy(row, 0, codes, r * cols, cols);
        });
    return new Codes(errorThenWeight.rows(), cols, format.bits(), codes);
  }
}
