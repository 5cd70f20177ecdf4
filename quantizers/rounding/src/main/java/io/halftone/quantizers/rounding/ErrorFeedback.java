package io.halftone.quantizers.rounding;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.UnitUpperMatrix;
import io.halftone.core.quantized.Codes;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import io.halftone.core.transform.Permutation;
import java.util.Arrays;

/**
 * The state of one sweep of ŵ[j] = Q(w[j] + Σ_{i &lt; j} (w[i] − ŵ[i])·U[i, j]) over the columns of
 * a weight, all rows at once.
 *
 * <p>Every compensated column is one chain over ascending i, inside blocks and across them, so the
 * block size changes speed but no bit of the result. Tiles of rows are held transposed, so that
 * every step runs over the rows; errors take the place of the weights they belong to, and stay
 * packed for products.
 */
final class ErrorFeedback {
  private final Compute compute;
  private final NumberFormat format;
  private final int[] column;
  private final Coupling upper;
  private final ColumnBlocks blocks;
  private final FloatMatrix weight;
  private final TilePanels errors;
  private final short[] codes;
  private final BlockSweep[] sweep;
  private PackedBlock open;

  /**
   * Prepares a sweep.
   *
   * @param order column at each position of the sweep
   * @param upper U in the permuted order
   * @param blocks of positions
   */
  ErrorFeedback(
      LinearTask task,
      Permutation order,
      UnitUpperMatrix upper,
      ColumnBlocks blocks,
      Compute compute) {
    this.compute = compute;
    this.format = task.scheme().weight().format();
    this.column = order.order();
    this.upper = upper::window;
    this.blocks = blocks;
    this.weight = task.weight();
    this.errors = new TilePanels(compute.kernels(), blocks, weight.rows());
    this.codes = new short[weight.data().length];
    this.sweep = new BlockSweep[RowTiles.count(weight.rows())];
    load(0, blocks.count());
  }

  /**
   * What GPTQ's eager update shows of positions [from, to) when position {@code from} is reached:
   * the best continuous values given the codes so far.
   *
   * @param from begins a block, or all before it in its block are rounded
   * @param to ends a block, or lies in that of {@code from}
   * @return [out, to − from], a new matrix
   */
  FloatMatrix preview(int from, int to) {
    FloatMatrix best = FloatMatrix.zeros(weight.rows(), to - from);
    int begin = blocks.holding(from);
    int last = blocks.holding(to - 1);
    for (int block = begin; block <= last; block++) {
      int first = Math.max(from, blocks.from(block));
      int end = Math.min(to, blocks.end(block));
      int now = block;
      open(block);
      compute.parallel(sweep.length, tile -> preview(tile, now, first, end, best, first - from));
    }
    if (last > begin) {
      load(begin, last);
      open = null;
    }
    return best;
  }

  /**
   * Goes over positions as if every compensated value could be stored as it is, and packs what that
   * leaves if more positions of the preview follow.
   */
  private void preview(int tile, int block, int first, int end, FloatMatrix best, int at) {
    BlockSweep ahead = sweep(tile, block).copy();
    int rows = ahead.steps().cols();
    ahead.run(
        first - open.from(),
        end - open.from(),
        (position, compensated, from, error, to) -> {
          for (int i = 0; i < rows; i++) {
            error[to + i] -= compensated[from + i];
          }
          return true;
        });
    if (at + end - first < best.cols()) {
      errors.pack(tile, block, ahead.steps());
    }
    MatrixView products = ahead.products();
    int offset = products.offset() + (first - open.from()) * products.stride();
    for (int r = 0; r < rows; r++) {
      int row = best.offset(tile * RowTiles.ROWS + r) + at;
      for (int j = 0; j < end - first; j++) {
        best.data()[row + j] = products.data()[offset + j * products.stride() + r];
      }
    }
  }

  /**
   * Quantizes positions, in ascending order and without gaps.
   *
   * @param from as for {@link #preview}
   * @param to likewise
   * @param cells of the layer
   */
  void round(int from, int to, CellTiles cells) {
    for (int block = blocks.holding(from); block <= blocks.holding(to - 1); block++) {
      int first = Math.max(from, blocks.from(block));
      int end = Math.min(to, blocks.end(block));
      int now = block;
      open(block);
      compute.parallel(sweep.length, tile -> round(tile, now, first, end, cells.tile(tile)));
    }
  }

  private void round(int tile, int block, int first, int end, CellColumns cells) {
    FeedbackTile rounding = new FeedbackTile(format, column, cells, first, end);
    BlockSweep swept = sweep(tile, block);
    swept.run(first - open.from(), end - open.from(), rounding);
    rounding.store(codes, tile * RowTiles.ROWS);
    if (end == blocks.end(block)) {
      errors.pack(tile, block, swept.steps());
      sweep[tile] = null;
    }
  }

  /** Packs U for a block unless that is open; tiles of it are opened as they are reached. */
  private void open(int block) {
    if (open == null || open.from() != blocks.from(block)) {
      open = new PackedBlock(compute.kernels(), upper, blocks, block, block);
      compute.parallel(open.parts(), open::pack);
      Arrays.fill(sweep, null);
    }
  }

  /** The open block in a tile, to which the errors of all blocks before it have been added. */
  private BlockSweep sweep(int tile, int block) {
    if (sweep[tile] == null) {
      MatrixView weights = BlockSweep.copy(errors.waiting(tile, block));
      MatrixView compensated = BlockSweep.copy(weights);
      open.feed(errors, tile, compensated);
      sweep[tile] = new BlockSweep(compute.kernels(), open, compensated, weights);
    }
    return sweep[tile];
  }

  /** Puts the weights of blocks [from, to), in sweep order, where their errors will be packed. */
  private void load(int from, int to) {
    compute.parallel(sweep.length, tile -> load(tile, from, to));
  }

  private void load(int tile, int from, int to) {
    int rows = RowTiles.rows(tile, weight.rows());
    int position = blocks.from(from);
    float[][] some = new float[RowTiles.LINE][blocks.from(to) - position];
    for (int first = 0; first < rows; first += RowTiles.LINE) {
      int end = Math.min(rows, first + RowTiles.LINE);
      for (int r = first; r < end; r++) {
        int row = weight.offset(tile * RowTiles.ROWS + r);
        for (int j = 0; j < some[0].length; j++) {
          some[r - first][j] = weight.data()[row + column[position + j]];
        }
      }
      for (int block = from; block < to; block++) {
        transpose(some, blocks.from(block) - position, errors.waiting(tile, block), first, end);
      }
    }
  }

  private static void transpose(float[][] from, int col, MatrixView to, int first, int end) {
    for (int j = 0; j < to.rows(); j++) {
      int at = to.offset() + j * to.stride();
      for (int r = first; r < end; r++) {
        to.data()[at + r] = from[r - first][col + j];
      }
    }
  }

  /** The codes, in the layer's own column order; ends the sweep. */
  Codes codes() {
    int cols = column.length;
    compute.parallel(
        weight.rows(),
        r -> {
          short[] row = new short[cols];
          for (int j = 0; j < cols; j++) {
            row[column[j]] = codes[r * cols + j];
          }
          System.arraycopy(row, 0, codes, r * cols, cols);
        });
    return new Codes(weight.rows(), cols, format.bits(), codes);
  }
}
