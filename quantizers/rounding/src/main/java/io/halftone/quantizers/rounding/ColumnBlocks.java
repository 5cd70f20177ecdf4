package io.halftone.quantizers.rounding;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How a sweep cuts the columns of a layer: into blocks, before which products are formed, and these
 * into strips, inside which moves are passed on one by one.
 *
 * @param start of each block, ascending, and behind them the number of columns
 * @param unit columns that are never cut if a piece can hold them; a longer unit begins a piece
 */
record ColumnBlocks(int[] start, int unit) {
  /** Most columns of a block. */
  static final int MOST = 256;

  /** Most columns of a strip. */
  static final int STRIP = 32;

  /**
   * Cuts columns.
   *
   * @param columns of the layer
   * @param most columns of a block, up to {@value #MOST}
   */
  static ColumnBlocks of(int columns, int unit, int most) {
    return new ColumnBlocks(cut(0, columns, unit, Math.min(most, MOST)), unit);
  }

  private static int[] cut(int from, int to, int unit, int most) {
    int step = unit <= most ? most / unit * unit : unit;
    IntStream starts =
        IntStream.iterate(from, first -> first < to, first -> first + step)
            .flatMap(
                first ->
                    IntStream.iterate(
                        first, at -> at < Math.min(to, first + step), at -> at + most));
    return IntStream.concat(starts, IntStream.of(to)).toArray();
  }

  int count() {
    return start.length - 1;
  }

  /** First column of a block. */
  int from(int block) {
    return start[block];
  }

  /** Behind the last column of a block. */
  int end(int block) {
    return start[block + 1];
  }

  /** Number of columns of a block. */
  int width(int block) {
    return start[block + 1] - start[block];
  }

  /** The block that holds a column. */
  int holding(int column) {
    int found = Arrays.binarySearch(start, column);
    return found < 0 ? -found - 2 : found;
  }

  /**
   * Starts of a block's strips, counted from the block's first column, and behind them its width.
   */
  int[] strips(int block) {
    return cut(0, width(block), unit, STRIP);
  }
}
