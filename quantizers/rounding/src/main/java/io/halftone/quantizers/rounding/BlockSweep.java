package io.halftone.quantizers.rounding;

import io.halftone.core.kernel.Kernels;
import io.halftone.core.tensor.MatrixView;
import java.util.Arrays;

/**
 * The columns of a block in one tile of rows, moved one after another: what each does to those
 * after it is added to their products before they are reached, inside a strip column by column,
 * from strip to strip by a product.
 */
final class BlockSweep {
  /** How columns move. */
  interface Move {
    /**
     * Moves a column.
     *
     * @param column its position in the sweep
     * @param product holds the column's products, one per row; read
     * @param at where they begin
     * @param step what the column did, one value per row; written
     * @param to where to begin
     * @return whether it did anything; else nothing need be written
     */
    boolean column(int column, float[] product, int at, float[] step, int to);
  }

  private final Kernels kernels;
  private final PackedBlock block;
  private final MatrixView products;
  private final MatrixView steps;
  private int strip;
  private boolean moved;

  /**
   * Stands before the first column.
   *
   * @param products [columns of the block, rows], read and written
   * @param steps of the same shape, written
   */
  BlockSweep(Kernels kernels, PackedBlock block, MatrixView products, MatrixView steps) {
    this.kernels = kernels;
    this.block = block;
    this.products = products;
    this.steps = steps;
  }

  /** Stands where this does, with products and steps of its own. */
  BlockSweep copy() {
    BlockSweep copy = new BlockSweep(kernels, block, copy(products), copy(steps));
    copy.strip = strip;
    copy.moved = moved;
    return copy;
  }

  static MatrixView copy(MatrixView view) {
    int length = view.rows() * view.stride();
    float[] data = Arrays.copyOfRange(view.data(), view.offset(), view.offset() + length);
    return new MatrixView(data, 0, view.stride(), view.rows(), view.cols());
  }

  /** [columns of the block, rows] */
  MatrixView products() {
    return products;
  }

  /** [columns of the block, rows] */
  MatrixView steps() {
    return steps;
  }

  /**
   * Moves columns of the block, the first of them where the sweep stands.
   *
   * @param from counted from the block's first column
   * @param to likewise
   */
  void run(int from, int to, Move move) {
    int[] strips = block.strips();
    for (int j = from; j < to; j++) {
      int at = products.offset() + j * products.stride();
      int step = steps.offset() + j * steps.stride();
      if (j == strips[strip + 1]) {
        endStrip(strips[strip], j);
      }
      int first = strips[strip];
      if (moved) {
        int width = strips[strip + 1] - first;
        int factors = (j - first) * width;
        kernels.addRows(block.inside(strip), factors, rows(steps, first, j), products.data(), at);
      }
      if (move.column(block.from() + j, products.data(), at, steps.data(), step)) {
        moved = true;
      } else {
        Arrays.fill(steps.data(), step, step + steps.cols(), 0);
      }
    }
  }

  private void endStrip(int first, int end) {
    if (moved) {
      float[] right = new float[kernels.rightLength(end - first, steps.cols())];
      kernels.packRight(rows(steps, first, end), right, 0);
      MatrixView later = rows(products, end, block.width());
      kernels.multiplyPanels(block.later(strip), right, 0, end - first, later);
    }
    moved = false;
    strip++;
  }

  private static MatrixView rows(MatrixView view, int first, int end) {
    int offset = view.offset() + first * view.stride();
    return new MatrixView(view.data(), offset, view.stride(), end - first, view.cols());
  }
}
