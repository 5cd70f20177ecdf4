package io.halftone.core.algebra;

import io.halftone.core.kernel.CacheLine;
import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.DoubleView;
import io.halftone.core.kernel.Kernels;

/**
 * Products of matrices of doubles over packed panels; each element of the result continues its own
 * chain of fused multiply-adds over ascending k.
 */
final class DoubleProduct {
  private static final int TILE = 96;

  /** As many bytes as the panels of a product of floats. */
  private static final int DEPTH = Kernels.PANEL_DEPTH / 2;

  private interface LeftPacking {
    void pack(int k0, int k1, int i0, int i1, double[] left);
  }

  private interface RightPacking {
    void pack(int k0, int k1, int j0, int j1, double[] right, int at);
  }

  private final Compute compute;

  DoubleProduct(Compute compute) {
    this.compute = compute;
  }

  /** C ← C + A·B. */
  void multiplyAdd(DoubleView a, DoubleView b, DoubleView c) {
    Kernels kernels = compute.kernels();
    advance(
        a.cols(),
        (k0, k1, i0, i1, left) -> kernels.packLeft(window(a, i0, i1, k0, k1), left),
        (k0, k1, j0, j1, right, at) -> kernels.packRight(window(b, k0, k1, j0, j1), right, at),
        c);
  }

  /** C ← C + Aᵀ·B. */
  void transposedMultiplyAdd(DoubleView a, DoubleView b, DoubleView c) {
    Kernels kernels = compute.kernels();
    advance(
        a.rows(),
        (k0, k1, i0, i1, left) -> kernels.packLeftTransposed(window(a, k0, k1, i0, i1), left),
        (k0, k1, j0, j1, right, at) -> kernels.packRight(window(b, k0, k1, j0, j1), right, at),
        c);
  }

  private void advance(int depth, LeftPacking left, RightPacking right, DoubleView c) {
    if (c.rows() == 0 || c.cols() == 0 || depth == 0) {
      return;
    }
    Kernels kernels = compute.kernels();
    int bands = blocks(c.rows());
    int columns = blocks(c.cols());
    int deepest = Math.min(DEPTH, depth);
    double[][] lefts = new double[bands][kernels.leftLength(Math.min(TILE, c.rows()), deepest)];
    int length = kernels.rightLength(deepest, Math.min(TILE, c.cols()));
    double[] rights = new double[CacheLine.FIRST_DOUBLE + Math.multiplyExact(columns, length)];
    for (int from = 0; from < depth; from += DEPTH) {
      int k0 = from;
      int k1 = Math.min(depth, from + DEPTH);
      compute.parallel(
          bands, i -> left.pack(k0, k1, i * TILE, Math.min(c.rows(), (i + 1) * TILE), lefts[i]));
      compute.parallel(
          columns,
          j -> {
            int at = CacheLine.FIRST_DOUBLE + j * length;
            right.pack(k0, k1, j * TILE, Math.min(c.cols(), (j + 1) * TILE), rights, at);
          });
      compute.parallel(
          Math.multiplyExact(bands, columns),
          tile -> {
            int i = tile % bands;
            int j = tile / bands;
            int at = CacheLine.FIRST_DOUBLE + j * length;
            kernels.multiplyPanels(lefts[i], rights, at, k1 - k0, tile(c, i * TILE, j * TILE));
          });
    }
  }

  private static int blocks(int length) {
    return (length + TILE - 1) / TILE;
  }

  private static DoubleView tile(DoubleView c, int row, int col) {
    return window(c, row, Math.min(c.rows(), row + TILE), col, Math.min(c.cols(), col + TILE));
  }

  /** Rows [row, toRow) and columns [col, toCol) of a view. */
  static DoubleView window(DoubleView view, int row, int toRow, int col, int toCol) {
    int offset = view.offset() + row * view.stride() + col;
    return new DoubleView(view.data(), offset, view.stride(), toRow - row, toCol - col);
  }
}
