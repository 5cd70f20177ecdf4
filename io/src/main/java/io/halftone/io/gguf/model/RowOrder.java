package io.halftone.io.gguf.model;

import io.halftone.core.model.RopePairing;
import io.halftone.core.tensor.FloatMatrix;

/**
 * Where the rows of a query or key weight go when a model moves from one pairing to the other:
 * neighbours 2i, 2i + 1 of a head are i, i + d / 2 in halves.
 *
 * @param headSize d, rows of a head
 * @param from pairing of the rows read
 * @param to pairing of the rows written
 */
record RowOrder(int headSize, RopePairing from, RopePairing to) {
  /** The row read for a row written. */
  int source(int row) {
    int start = row / headSize * headSize;
    int within = row % headSize;
    int half = headSize / 2;
    if (from == to) {
      return row;
    }
    return to == RopePairing.INTERLEAVED
        ? start + within % 2 * half + within / 2
        : start + within % half * 2 + within / half;
  }

  /** A weight with its rows, or a bias with its elements, in the new order. */
  FloatMatrix apply(FloatMatrix x, boolean vector) {
    if (from == to) {
      return x;
    }
    int width = vector ? 1 : x.cols();
    int count = vector ? x.cols() : x.rows();
    FloatMatrix moved = FloatMatrix.zeros(x.rows(), x.cols());
    for (int row = 0; row < count; row++) {
      System.arraycopy(x.data(), source(row) * width, moved.data(), row * width, width);
    }
    return moved;
  }

  /** The rows of a weight, each of the same number of bytes, in the new order. */
  byte[] apply(byte[] rows, int count) {
    if (from == to) {
      return rows;
    }
    int width = rows.length / count;
    byte[] moved = new byte[rows.length];
    for (int row = 0; row < count; row++) {
      System.arraycopy(rows, source(row) * width, moved, row * width, width);
    }
    return moved;
  }
}
