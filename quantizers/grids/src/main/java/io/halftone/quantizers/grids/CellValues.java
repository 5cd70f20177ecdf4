package io.halftone.quantizers.grids;

/**
 * The elements of one cell, row by row, without gaps.
 *
 * @param data shared or gathered, read
 * @param from index of the first element
 * @param length number of elements
 */
record CellValues(float[] data, int from, int length) {

  float min() {
    float min = Float.POSITIVE_INFINITY;
    for (int i = from; i < from + length; i++) {
      min = Math.min(min, data[i]);
    }
    return min;
  }

  float max() {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = from; i < from + length; i++) {
      max = Math.max(max, data[i]);
    }
    return max;
  }

  float[] toArray() {
    return java.util.Arrays.copyOfRange(data, from, from + length);
  }
}
