package io.halftone.simd;

import static io.halftone.simd.Species.DOUBLES;

import jdk.incubator.vector.DoubleVector;

/** C ← C + L·R in double: register tiles as in {@link FloatTiles}. */
final class DoubleTiles {
  private static final int LANES = DOUBLES.length();

  /** Columns of a strip. */
  static final int STRIP = 2 * LANES;

  private DoubleTiles() {}

  /** Rows of the register tile with which the last {@code rows} rows of C go on. */
  static int height(int rows) {
    if (TallDoubleTiles.fit() && rows >= TallDoubleTiles.ROWS) {
      return TallDoubleTiles.ROWS;
    }
    return rows >= 6 ? 6 : Math.min(rows, 2);
  }

  /**
   * Advances a register tile.
   *
   * @param height of the tile, from {@link #height}
   * @param a its rows: for each k their values one after another, from {@code a0}
   * @param p a strip of a right panel, from {@code p0}
   */
  static void multiply(
      int height,
      double[] a,
      int a0,
      double[] p,
      int p0,
      int depth,
      double[] c,
      int c0,
      int cStride) {
    switch (height) {
      case TallDoubleTiles.ROWS -> TallDoubleTiles.multiply(a, a0, p, p0, depth, c, c0, cStride);
      case 6 -> six(a, a0, p, p0, depth, c, c0, cStride);
      case 2 -> two(a, a0, p, p0, depth, c, c0, cStride);
      default -> one(a, a0, p, p0, depth, c, c0);
    }
  }

  /** Six rows of C. */
  private static void six(
      double[] a, int a0, double[] p, int p0, int depth, double[] c, int c0, int cStride) {
    DoubleVector l0 = DoubleVector.fromArray(DOUBLES, c, c0);
    DoubleVector r0 = DoubleVector.fromArray(DOUBLES, c, c0 + LANES);
    DoubleVector l1 = DoubleVector.fromArray(DOUBLES, c, c0 + cStride);
    DoubleVector r1 = DoubleVector.fromArray(DOUBLES, c, c0 + cStride + LANES);
    DoubleVector l2 = DoubleVector.fromArray(DOUBLES, c, c0 + 2 * cStride);
    DoubleVector r2 = DoubleVector.fromArray(DOUBLES, c, c0 + 2 * cStride + LANES);
    DoubleVector l3 = DoubleVector.fromArray(DOUBLES, c, c0 + 3 * cStride);
    DoubleVector r3 = DoubleVector.fromArray(DOUBLES, c, c0 + 3 * cStride + LANES);
    DoubleVector l4 = DoubleVector.fromArray(DOUBLES, c, c0 + 4 * cStride);
    DoubleVector r4 = DoubleVector.fromArray(DOUBLES, c, c0 + 4 * cStride + LANES);
    DoubleVector l5 = DoubleVector.fromArray(DOUBLES, c, c0 + 5 * cStride);
    DoubleVector r5 = DoubleVector.fromArray(DOUBLES, c, c0 + 5 * cStride + LANES);
    for (int k = 0; k < depth; k++) {
      int q = p0 + k * STRIP;
      int x = a0 + k * 6;
      DoubleVector bl = DoubleVector.fromArray(DOUBLES, p, q);
      DoubleVector br = DoubleVector.fromArray(DOUBLES, p, q + LANES);
      DoubleVector x0 = DoubleVector.broadcast(DOUBLES, a[x]);
      l0 = x0.fma(bl, l0);
      r0 = x0.fma(br, r0);
      DoubleVector x1 = DoubleVector.broadcast(DOUBLES, a[x + 1]);
      l1 = x1.fma(bl, l1);
      r1 = x1.fma(br, r1);
      DoubleVector x2 = DoubleVector.broadcast(DOUBLES, a[x + 2]);
      l2 = x2.fma(bl, l2);
      r2 = x2.fma(br, r2);
      DoubleVector x3 = DoubleVector.broadcast(DOUBLES, a[x + 3]);
      l3 = x3.fma(bl, l3);
      r3 = x3.fma(br, r3);
      DoubleVector x4 = DoubleVector.broadcast(DOUBLES, a[x + 4]);
      l4 = x4.fma(bl, l4);
      r4 = x4.fma(br, r4);
      DoubleVector x5 = DoubleVector.broadcast(DOUBLES, a[x + 5]);
      l5 = x5.fma(bl, l5);
      r5 = x5.fma(br, r5);
    }
    l0.intoArray(c, c0);
    r0.intoArray(c, c0 + LANES);
    l1.intoArray(c, c0 + cStride);
    r1.intoArray(c, c0 + cStride + LANES);
    l2.intoArray(c, c0 + 2 * cStride);
    r2.intoArray(c, c0 + 2 * cStride + LANES);
    l3.intoArray(c, c0 + 3 * cStride);
    r3.intoArray(c, c0 + 3 * cStride + LANES);
    l4.intoArray(c, c0 + 4 * cStride);
    r4.intoArray(c, c0 + 4 * cStride + LANES);
    l5.intoArray(c, c0 + 5 * cStride);
    r5.intoArray(c, c0 + 5 * cStride + LANES);
  }

  /** Two rows of C. */
  private static void two(
      double[] a, int a0, double[] p, int p0, int depth, double[] c, int c0, int cStride) {
    DoubleVector l0 = DoubleVector.fromArray(DOUBLES, c, c0);
    DoubleVector r0 = DoubleVector.fromArray(DOUBLES, c, c0 + LANES);
    DoubleVector l1 = DoubleVector.fromArray(DOUBLES, c, c0 + cStride);
    DoubleVector r1 = DoubleVector.fromArray(DOUBLES, c, c0 + cStride + LANES);
    for (int k = 0; k < depth; k++) {
      int q = p0 + k * STRIP;
      int x = a0 + k * 2;
      DoubleVector bl = DoubleVector.fromArray(DOUBLES, p, q);
      DoubleVector br = DoubleVector.fromArray(DOUBLES, p, q + LANES);
      DoubleVector x0 = DoubleVector.broadcast(DOUBLES, a[x]);
      l0 = x0.fma(bl, l0);
      r0 = x0.fma(br, r0);
      DoubleVector x1 = DoubleVector.broadcast(DOUBLES, a[x + 1]);
      l1 = x1.fma(bl, l1);
      r1 = x1.fma(br, r1);
    }
    l0.intoArray(c, c0);
    r0.intoArray(c, c0 + LANES);
    l1.intoArray(c, c0 + cStride);
    r1.intoArray(c, c0 + cStride + LANES);
  }

  /** One row of C. */
  private static void one(double[] a, int a0, double[] p, int p0, int depth, double[] c, int c0) {
    DoubleVector l0 = DoubleVector.fromArray(DOUBLES, c, c0);
    DoubleVector r0 = DoubleVector.fromArray(DOUBLES, c, c0 + LANES);
    for (int k = 0; k < depth; k++) {
      int q = p0 + k * STRIP;
      DoubleVector bl = DoubleVector.fromArray(DOUBLES, p, q);
      DoubleVector br = DoubleVector.fromArray(DOUBLES, p, q + LANES);
      DoubleVector x0 = DoubleVector.broadcast(DOUBLES, a[a0 + k]);
      l0 = x0.fma(bl, l0);
      r0 = x0.fma(br, r0);
    }
    l0.intoArray(c, c0);
    r0.intoArray(c, c0 + LANES);
  }
}
