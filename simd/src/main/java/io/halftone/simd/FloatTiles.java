package io.halftone.simd;

import static io.halftone.simd.Species.FLOATS;

import jdk.incubator.vector.FloatVector;

/**
 * C ← C + L·R on register tiles: a few rows of C, two vectors wide, while k runs over a strip of a
 * right panel.
 *
 * <p>Six rows by two vectors are twelve independent chains, enough to hide the latency of a fused
 * multiply-add, and with their operands they fit sixteen registers.
 */
final class FloatTiles {
  private static final int LANES = FLOATS.length();

  /** Columns of a strip. */
  static final int STRIP = 2 * LANES;

  /** Rows of a tall tile, or of two others. */
  static final int ROWS = TallFloatTiles.fit() ? TallFloatTiles.ROWS : 12;

  private FloatTiles() {}

  /** Rows of the register tile with which the last {@code rows} rows of C go on. */
  static int height(int rows) {
    if (TallFloatTiles.fit() && rows >= TallFloatTiles.ROWS) {
      return TallFloatTiles.ROWS;
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
      int height, float[] a, int a0, float[] p, int p0, int depth, float[] c, int c0, int cStride) {
    switch (height) {
      case TallFloatTiles.ROWS -> TallFloatTiles.multiply(a, a0, p, p0, depth, c, c0, cStride);
      case 6 -> six(a, a0, p, p0, depth, c, c0, cStride);
      case 2 -> two(a, a0, p, p0, depth, c, c0, cStride);
      default -> one(a, a0, p, p0, depth, c, c0);
    }
  }

  /** Six rows of C. */
  private static void six(
      float[] a, int a0, float[] p, int p0, int depth, float[] c, int c0, int cStride) {
    FloatVector l0 = FloatVector.fromArray(FLOATS, c, c0);
    FloatVector r0 = FloatVector.fromArray(FLOATS, c, c0 + LANES);
    FloatVector l1 = FloatVector.fromArray(FLOATS, c, c0 + cStride);
    FloatVector r1 = FloatVector.fromArray(FLOATS, c, c0 + cStride + LANES);
    FloatVector l2 = FloatVector.fromArray(FLOATS, c, c0 + 2 * cStride);
    FloatVector r2 = FloatVector.fromArray(FLOATS, c, c0 + 2 * cStride + LANES);
    FloatVector l3 = FloatVector.fromArray(FLOATS, c, c0 + 3 * cStride);
    FloatVector r3 = FloatVector.fromArray(FLOATS, c, c0 + 3 * cStride + LANES);
    FloatVector l4 = FloatVector.fromArray(FLOATS, c, c0 + 4 * cStride);
    FloatVector r4 = FloatVector.fromArray(FLOATS, c, c0 + 4 * cStride + LANES);
    FloatVector l5 = FloatVector.fromArray(FLOATS, c, c0 + 5 * cStride);
    FloatVector r5 = FloatVector.fromArray(FLOATS, c, c0 + 5 * cStride + LANES);
    for (int k = 0; k < depth; k++) {
      int q = p0 + k * STRIP;
      int x = a0 + k * 6;
      FloatVector bl = FloatVector.fromArray(FLOATS, p, q);
      FloatVector br = FloatVector.fromArray(FLOATS, p, q + LANES);
      FloatVector x0 = FloatVector.broadcast(FLOATS, a[x]);
      l0 = x0.fma(bl, l0);
      r0 = x0.fma(br, r0);
      FloatVector x1 = FloatVector.broadcast(FLOATS, a[x + 1]);
      l1 = x1.fma(bl, l1);
      r1 = x1.fma(br, r1);
      FloatVector x2 = FloatVector.broadcast(FLOATS, a[x + 2]);
      l2 = x2.fma(bl, l2);
      r2 = x2.fma(br, r2);
      FloatVector x3 = FloatVector.broadcast(FLOATS, a[x + 3]);
      l3 = x3.fma(bl, l3);
      r3 = x3.fma(br, r3);
      FloatVector x4 = FloatVector.broadcast(FLOATS, a[x + 4]);
      l4 = x4.fma(bl, l4);
      r4 = x4.fma(br, r4);
      FloatVector x5 = FloatVector.broadcast(FLOATS, a[x + 5]);
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
      float[] a, int a0, float[] p, int p0, int depth, float[] c, int c0, int cStride) {
    FloatVector l0 = FloatVector.fromArray(FLOATS, c, c0);
    FloatVector r0 = FloatVector.fromArray(FLOATS, c, c0 + LANES);
    FloatVector l1 = FloatVector.fromArray(FLOATS, c, c0 + cStride);
    FloatVector r1 = FloatVector.fromArray(FLOATS, c, c0 + cStride + LANES);
    for (int k = 0; k < depth; k++) {
      int q = p0 + k * STRIP;
      int x = a0 + k * 2;
      FloatVector bl = FloatVector.fromArray(FLOATS, p, q);
      FloatVector br = FloatVector.fromArray(FLOATS, p, q + LANES);
      FloatVector x0 = FloatVector.broadcast(FLOATS, a[x]);
      l0 = x0.fma(bl, l0);
      r0 = x0.fma(br, r0);
      FloatVector x1 = FloatVector.broadcast(FLOATS, a[x + 1]);
      l1 = x1.fma(bl, l1);
      r1 = x1.fma(br, r1);
    }
    l0.intoArray(c, c0);
    r0.intoArray(c, c0 + LANES);
    l1.intoArray(c, c0 + cStride);
    r1.intoArray(c, c0 + cStride + LANES);
  }

  /** One row of C. */
  private static void one(float[] a, int a0, float[] p, int p0, int depth, float[] c, int c0) {
    FloatVector l0 = FloatVector.fromArray(FLOATS, c, c0);
    FloatVector r0 = FloatVector.fromArray(FLOATS, c, c0 + LANES);
    for (int k = 0; k < depth; k++) {
      int q = p0 + k * STRIP;
      FloatVector bl = FloatVector.fromArray(FLOATS, p, q);
      FloatVector br = FloatVector.fromArray(FLOATS, p, q + LANES);
      FloatVector x0 = FloatVector.broadcast(FLOATS, a[a0 + k]);
      l0 = x0.fma(bl, l0);
      r0 = x0.fma(br, r0);
    }
    l0.intoArray(c, c0);
    r0.intoArray(c, c0 + LANES);
  }
}
