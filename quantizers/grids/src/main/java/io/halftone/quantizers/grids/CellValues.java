package io.halftone.quantizers.grids;

import java.util.Arrays;

/**
 * The elements of one cell, row by row, without gaps.
 *
 * @param data shared or gathered, read
 * @param from index of the first element
 * @param length number of elements
 */
record CellValues(float[] data, int from, int length) {
  /** Whether every element is 0. */
  boolean areZero() {
    int i = from;
    while (i < from + length && data[i] == 0) {
      i++;
    }
    return i == from + length;
  }

  /** Position in the cell of its smallest element. */
  int indexOfMin() {
    int index = 0;
    for (int i = 1; i < length; i++) {
      index = data[from + i] < data[from + index] ? i : index;
    }
    return index;
  }

  /** Position in the cell of its largest element. */
  int indexOfMax() {
    int index = 0;
    for (int i = 1; i < length; i++) {
      index = data[from + i] > data[from + index] ? i : index;
    }
    return index;
  }

  float[] toArray() {
    return Arrays.copyOfRange(data, from, from + length);
  }

  float[] magnitudes() {
    float[] magnitudes = toArray();
    for (int i = 0; i < length; i++) {
      magnitudes[i] = Math.abs(magnitudes[i]);
    }
    return magnitudes;
  }
}
