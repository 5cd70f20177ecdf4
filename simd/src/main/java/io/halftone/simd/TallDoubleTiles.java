package io.halftone.simd;

import static io.halftone.simd.Species.DOUBLES;

import jdk.incubator.vector.DoubleVector;

/**
 * Register tiles of fourteen rows by two vectors, for vectors of 512 bits, of which there are 32:
 * each pair of loads of the right panel feeds 28 multiply-adds, and the rows of C are read half as
 * often as in {@link DoubleTiles}.
 */
final class TallDoubleTiles {
  /** Rows of a tile. */
  static final int ROWS = 14;

  private static final int LANES = DOUBLES.length();
  private static final int STRIP = DoubleTiles.STRIP;

  private TallDoubleTiles() {}

  /** Whether the vectors of this JVM have registers for such a tile. */
  static boolean fit() {
    return LANES == 8;
  }

  /**
   * Advances {@link #ROWS} rows of a strip of C, as {@link DoubleTiles#multiply}; written out, or
   * the sums would not be registers.
   */
  @SuppressWarnings("checkstyle:MethodLength")
  static void multiply(
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
    DoubleVector l6 = DoubleVector.fromArray(DOUBLES, c, c0 + 6 * cStride);
    DoubleVector r6 = DoubleVector.fromArray(DOUBLES, c, c0 + 6 * cStride + LANES);
    DoubleVector l7 = DoubleVector.fromArray(DOUBLES, c, c0 + 7 * cStride);
    DoubleVector r7 = DoubleVector.fromArray(DOUBLES, c, c0 + 7 * cStride + LANES);
    DoubleVector l8 = DoubleVector.fromArray(DOUBLES, c, c0 + 8 * cStride);
    DoubleVector r8 = DoubleVector.fromArray(DOUBLES, c, c0 + 8 * cStride + LANES);
    DoubleVector l9 = DoubleVector.fromArray(DOUBLES, c, c0 + 9 * cStride);
    DoubleVector r9 = DoubleVector.fromArray(DOUBLES, c, c0 + 9 * cStride + LANES);
    DoubleVector l10 = DoubleVector.fromArray(DOUBLES, c, c0 + 10 * cStride);
    DoubleVector r10 = DoubleVector.fromArray(DOUBLES, c, c0 + 10 * cStride + LANES);
    DoubleVector l11 = DoubleVector.fromArray(DOUBLES, c, c0 + 11 * cStride);
    DoubleVector r11 = DoubleVector.fromArray(DOUBLES, c, c0 + 11 * cStride + LANES);
    DoubleVector l12 = DoubleVector.fromArray(DOUBLES, c, c0 + 12 * cStride);
    DoubleVector r12 = DoubleVector.fromArray(DOUBLES, c, c0 + 12 * cStride + LANES);
    DoubleVector l13 = DoubleVector.fromArray(DOUBLES, c, c0 + 13 * cStride);
    DoubleVector r13 = DoubleVector.fromArray(DOUBLES, c, c0 + 13 * cStride + LANES);
    // two indices that advance: derived from one they cost the loop a tenth where strips are not
    // aligned
    int end = a0 + depth * ROWS;
    int q = p0;
    for (int x = a0; x < end; x += ROWS) {
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
      DoubleVector x6 = DoubleVector.broadcast(DOUBLES, a[x + 6]);
      l6 = x6.fma(bl, l6);
      r6 = x6.fma(br, r6);
      DoubleVector x7 = DoubleVector.broadcast(DOUBLES, a[x + 7]);
      l7 = x7.fma(bl, l7);
      r7 = x7.fma(br, r7);
      DoubleVector x8 = DoubleVector.broadcast(DOUBLES, a[x + 8]);
      l8 = x8.fma(bl, l8);
      r8 = x8.fma(br, r8);
      DoubleVector x9 = DoubleVector.broadcast(DOUBLES, a[x + 9]);
      l9 = x9.fma(bl, l9);
      r9 = x9.fma(br, r9);
      DoubleVector x10 = DoubleVector.broadcast(DOUBLES, a[x + 10]);
      l10 = x10.fma(bl, l10);
      r10 = x10.fma(br, r10);
      DoubleVector x11 = DoubleVector.broadcast(DOUBLES, a[x + 11]);
      l11 = x11.fma(bl, l11);
      r11 = x11.fma(br, r11);
      DoubleVector x12 = DoubleVector.broadcast(DOUBLES, a[x + 12]);
      l12 = x12.fma(bl, l12);
      r12 = x12.fma(br, r12);
      DoubleVector x13 = DoubleVector.broadcast(DOUBLES, a[x + 13]);
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
