package io.halftone.simd;

import static io.halftone.simd.Species.FLOATS;

import jdk.incubator.vector.FloatVector;

/**
 * Register tiles of fourteen rows by two vectors, for vectors of 512 bits, of which there are 32:
 * each pair of loads of the right panel feeds 28 multiply-adds, and the rows of C are read half as
 * often as in {@link FloatTiles}.
 */
final class TallFloatTiles {
  /** Rows of a tile. */
  static final int ROWS = 14;

  private static final int LANES = FLOATS.length();
  private static final int STRIP = FloatTiles.STRIP;

  private TallFloatTiles() {}

  /** Whether the vectors of this JVM have registers for such a tile. */
  static boolean fit() {
    return LANES == 16;
  }

  /**
   * Advances {@link #ROWS} rows of a strip of C, as {@link FloatTiles#multiply}; written out, or
   * the sums would not be registers.
   */
  @SuppressWarnings("checkstyle:MethodLength")
  static void multiply(
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
    FloatVector l6 = FloatVector.fromArray(FLOATS, c, c0 + 6 * cStride);
    FloatVector r6 = FloatVector.fromArray(FLOATS, c, c0 + 6 * cStride + LANES);
    FloatVector l7 = FloatVector.fromArray(FLOATS, c, c0 + 7 * cStride);
    FloatVector r7 = FloatVector.fromArray(FLOATS, c, c0 + 7 * cStride + LANES);
    FloatVector l8 = FloatVector.fromArray(FLOATS, c, c0 + 8 * cStride);
    FloatVector r8 = FloatVector.fromArray(FLOATS, c, c0 + 8 * cStride + LANES);
    FloatVector l9 = FloatVector.fromArray(FLOATS, c, c0 + 9 * cStride);
    FloatVector r9 = FloatVector.fromArray(FLOATS, c, c0 + 9 * cStride + LANES);
    FloatVector l10 = FloatVector.fromArray(FLOATS, c, c0 + 10 * cStride);
    FloatVector r10 = FloatVector.fromArray(FLOATS, c, c0 + 10 * cStride + LANES);
    FloatVector l11 = FloatVector.fromArray(FLOATS, c, c0 + 11 * cStride);
    FloatVector r11 = FloatVector.fromArray(FLOATS, c, c0 + 11 * cStride + LANES);
    FloatVector l12 = FloatVector.fromArray(FLOATS, c, c0 + 12 * cStride);
    FloatVector r12 = FloatVector.fromArray(FLOATS, c, c0 + 12 * cStride + LANES);
    FloatVector l13 = FloatVector.fromArray(FLOATS, c, c0 + 13 * cStride);
    FloatVector r13 = FloatVector.fromArray(FLOATS, c, c0 + 13 * cStride + LANES);
    // two indices that advance: derived from one they cost the loop a tenth where strips are not
    // aligned
    int end = a0 + depth * ROWS;
    int q = p0;
    for (int x = a0; x < end; x += ROWS) {
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
      FloatVector x6 = FloatVector.broadcast(FLOATS, a[x + 6]);
      l6 = x6.fma(bl, l6);
      r6 = x6.fma(br, r6);
      FloatVector x7 = FloatVector.broadcast(FLOATS, a[x + 7]);
      l7 = x7.fma(bl, l7);
      r7 = x7.fma(br, r7);
      FloatVector x8 = FloatVector.broadcast(FLOATS, a[x + 8]);
      l8 = x8.fma(bl, l8);
      r8 = x8.fma(br, r8);
      FloatVector x9 = FloatVector.broadcast(FLOATS, a[x + 9]);
      l9 = x9.fma(bl, l9);
      r9 = x9.fma(br, r9);
      FloatVector x10 = FloatVector.broadcast(FLOATS, a[x + 10]);
      l10 = x10.fma(bl, l10);
      r10 = x10.fma(br, r10);
      FloatVector x11 = FloatVector.broadcast(FLOATS, a[x + 11]);
      l11 = x11.fma(bl, l11);
      r11 = x11.fma(br, r11);
      FloatVector x12 = FloatVector.broadcast(FLOATS, a[x + 12]);
      l12 = x12.fma(bl, l12);
      r12 = x12.fma(br, r12);
      FloatVector x13 = FloatVector.broadcast(FLOATS, a[x + 13]);
      l13 = x13.fma(bl, l13);
      r13 = x13.fma(br, r13);
      q += STRIP;
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
    l6.intoArray(c, c0 + 6 * cStride);
    r6.intoArray(c, c0 + 6 * cStride + LANES);
    l7.intoArray(c, c0 + 7 * cStride);
    r7.intoArray(c, c0 + 7 * cStride + LANES);
    l8.intoArray(c, c0 + 8 * cStride);
    r8.intoArray(c, c0 + 8 * cStride + LANES);
    l9.intoArray(c, c0 + 9 * cStride);
    r9.intoArray(c, c0 + 9 * cStride + LANES);
    l10.intoArray(c, c0 + 10 * cStride);
    r10.intoArray(c, c0 + 10 * cStride + LANES);
    l11.intoArray(c, c0 + 11 * cStride);
    r11.intoArray(c, c0 + 11 * cStride + LANES);
    l12.intoArray(c, c0 + 12 * cStride);
    r12.intoArray(c, c0 + 12 * cStride + LANES);
    l13.intoArray(c, c0 + 13 * cStride);
    r13.intoArray(c, c0 + 13 * cStride + LANES);
  }
}
