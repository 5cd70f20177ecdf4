package io.halftone.quantizers.rounding;

import java.util.Arrays;

/** Codes of a tile of rows of which float arithmetic cannot tell whether they should move. */
final class DoubtfulCodes {
  private final int columns;
  private int[] places = new int[16];
  private int count;

  /** No codes, of rows with so many columns. */
  DoubtfulCodes(int columns) {
    this.columns = columns;
  }

  /**
   * Adds codes of a column.
   *
   * @param rowsOfTile those whose bit is set: bit row mod 64 of word row / 64
   */
  void add(int column, long[] rowsOfTile) {
    for (int word = 0; word < rowsOfTile.length; word++) {
      for (long bits = rowsOfTile[word]; bits != 0; bits &= bits - 1) {
        add(word * Long.SIZE + Long.numberOfTrailingZeros(bits), column);
      }
    }
  }

  private void add(int rowOfTile, int column) {
    if (count == places.length) {
      places = Arrays.copyOf(places, 2 * count);
    }
    places[count++] = Math.addExact(Math.multiplyExact(rowOfTile, columns), column);
  }

  /** Puts the codes in order of their rows, then of their columns; before {@link #columns}. */
  void sort() {
    Arrays.sort(places, 0, count);
  }

  /** The columns of a row's doubtful codes, ascending. */
  int[] columns(int rowOfTile) {
    int from = lowerBound(rowOfTile * columns);
    int to = lowerBound((rowOfTile + 1) * columns);
    int[] found = new int[to - from];
    for (int i = 0; i < found.length; i++) {
      found[i] = places[from + i] - rowOfTile * columns;
    }
    return found;
  }

  private int lowerBound(int place) {
    int found = Arrays.binarySearch(places, 0, count, place);
    return found < 0 ? -found - 1 : found;
  }
}
