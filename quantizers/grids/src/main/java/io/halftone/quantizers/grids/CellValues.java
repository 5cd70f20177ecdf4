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

  /** The smallest element; four chains, because one would wait for each comparison. */
  float min() {
    float a = Float.POSITIVE_INFINITY;
    float b = a;
    float c = a;
    float d = a;
    int i = from;
    for (; i + 4 <= from + length; i += 4) {
      a = Math.min(a, data[i]);
      b = Math.min(b, data[i + 1]);
      c = Math.min(c, data[i + 2]);
      d = Math.min(d, data[i + 3]);
    }
    for (; i < from + length; i++) {
      a = Math.min(a, data[i]);
    }
    return Math.min(Math.min(a, b), Math.min(c, d));
  }

  /** The largest element. */
  float max() {
    float a = Float.NEGATIVE_INFINITY;
    float b = a;
    float c = a;
    float d = a;
    int i = from;
    for (; i + 4 <= from + length; i += 4) {
      a = Math.max(a, data[i]);
      b = Math.max(b, data[i + 1]);
      c = Math.max(c, data[i + 2]);
      d = Math.max(d, data[i + 3]);
    }
    for (; i < from + length; i++) {
      a = Math.max(a, data[i]);
    }
    return Math.max(Math.max(a, b), Math.max(c, d));
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
