package io.halftone.simd;

import static io.halftone.simd.Species.DOUBLES;

import io.halftone.core.kernel.Kernels;
import jdk.incubator.vector.DoubleVector;

/** C ← C + L·R in double: register tiles as in {@link FloatTiles}. */
final class DoubleTiles {
  private static final int LANES = DOUBLES.length();

  /** Columns of a strip. */
  static final int STRIP = 2 * LANES;

  /** Distance between the rows of a left panel: not a power of two, whose rows would share sets. */
  static final int STRIDE = Kernels.PANEL_DEPTH + 16;

  private static final int SIXTEEN_REGISTERS = 256;

  private DoubleTiles() {}

  /** Advances all rows of a strip of C. */
  static void multiplyStrip(
      double[] a, int rows, double[] p, int p0, int depth, double[] c, int c0, int cStride) {
    int i = 0;
    if (DOUBLES.vectorBitSize() > SIXTEEN_REGISTERS) {
      for (; i + 8 <= rows; i += 8) {
        eight(a, i * STRIDE, p, p0, depth, c, c0 + i * cStride, cStride);
      }
    }
    for (; i + 6 <= rows; i += 6) {
      six(a, i * STRIDE, p, p0, depth, c, c0 + i * cStride, cStride);
    }
    for (; i + 2 <= rows; i += 2) {
      two(a, i * STRIDE, p, p0, depth, c, c0 + i * cStride, cStride);
    }
    if (i < rows) {
      one(a, i * STRIDE, p, p0, depth, c, c0 + i * cStride);
    }
  }

  /** Eight rows of C. */
  private static void eight(
      double[] a, int a0, double[] p, int p0, int depth, double[] c, int c0, int cStride) {
    DoubleVector l0 = load(c, c0);
    DoubleVector r0 = load(c, c0 + LANES);
    DoubleVector l1 = load(c, c0 + cStride);
    DoubleVector r1 = load(c, c0 + cStride + LANES);
    DoubleVector l2 = load(c, c0 + 2 * cStride);
    DoubleVector r2 = load(c, c0 + 2 * cStride + LANES);
    DoubleVector l3 = load(c, c0 + 3 * cStride);
    DoubleVector r3 = load(c, c0 + 3 * cStride + LANES);
    DoubleVector l4 = load(c, c0 + 4 * cStride);
    DoubleVector r4 = load(c, c0 + 4 * cStride + LANES);
    DoubleVector l5 = load(c, c0 + 5 * cStride);
    DoubleVector r5 = load(c, c0 + 5 * cStride + LANES);
    DoubleVector l6 = load(c, c0 + 6 * cStride);
    DoubleVector r6 = load(c, c0 + 6 * cStride + LANES);
    DoubleVector l7 = load(c, c0 + 7 * cStride);
    DoubleVector r7 = load(c, c0 + 7 * cStride + LANES);
    for (int k = 0; k < depth; k++) {
      int q = p0 + k * STRIP;
      DoubleVector bl = load(p, q);
      DoubleVector br = load(p, q + LANES);
      l0 = spread(a, a0 + k).fma(bl, l0);
      r0 = spread(a, a0 + k).fma(br, r0);
      l1 = spread(a, a0 + k + STRIDE).fma(bl, l1);
      r1 = spread(a, a0 + k + STRIDE).fma(br, r1);
      l2 = spread(a, a0 + k + 2 * STRIDE).fma(bl, l2);
      r2 = spread(a, a0 + k + 2 * STRIDE).fma(br, r2);
      l3 = spread(a, a0 + k + 3 * STRIDE).fma(bl, l3);
      r3 = spread(a, a0 + k + 3 * STRIDE).fma(br, r3);
      l4 = spread(a, a0 + k + 4 * STRIDE).fma(bl, l4);
      r4 = spread(a, a0 + k + 4 * STRIDE).fma(br, r4);
      l5 = spread(a, a0 + k + 5 * STRIDE).fma(bl, l5);
      r5 = spread(a, a0 + k + 5 * STRIDE).fma(br, r5);
      l6 = spread(a, a0 + k + 6 * STRIDE).fma(bl, l6);
      r6 = spread(a, a0 + k + 6 * STRIDE).fma(br, r6);
      l7 = spread(a, a0 + k + 7 * STRIDE).fma(bl, l7);
      r7 = spread(a, a0 + k + 7 * STRIDE).fma(br, r7);
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
  }

  /** Six rows of C. */
  private static void six(
      double[] a, int a0, double[] p, int p0, int depth, double[] c, int c0, int cStride) {
    DoubleVector l0 = load(c, c0);
    DoubleVector r0 = load(c, c0 + LANES);
    DoubleVector l1 = load(c, c0 + cStride);
    DoubleVector r1 = load(c, c0 + cStride + LANES);
    DoubleVector l2 = load(c, c0 + 2 * cStride);
    DoubleVector r2 = load(c, c0 + 2 * cStride + LANES);
    DoubleVector l3 = load(c, c0 + 3 * cStride);
    DoubleVector r3 = load(c, c0 + 3 * cStride + LANES);
    DoubleVector l4 = load(c, c0 + 4 * cStride);
    DoubleVector r4 = load(c, c0 + 4 * cStride + LANES);
    DoubleVector l5 = load(c, c0 + 5 * cStride);
    DoubleVector r5 = load(c, c0 + 5 * cStride + LANES);
    for (int k = 0; k < depth; k++) {
      int q = p0 + k * STRIP;
      DoubleVector bl = load(p, q);
      DoubleVector br = load(p, q + LANES);
      l0 = spread(a, a0 + k).fma(bl, l0);
      r0 = spread(a, a0 + k).fma(br, r0);
      l1 = spread(a, a0 + k + STRIDE).fma(bl, l1);
      r1 = spread(a, a0 + k + STRIDE).fma(br, r1);
      l2 = spread(a, a0 + k + 2 * STRIDE).fma(bl, l2);
      r2 = spread(a, a0 + k + 2 * STRIDE).fma(br, r2);
      l3 = spread(a, a0 + k + 3 * STRIDE).fma(bl, l3);
      r3 = spread(a, a0 + k + 3 * STRIDE).fma(br, r3);
      l4 = spread(a, a0 + k + 4 * STRIDE).fma(bl, l4);
      r4 = spread(a, a0 + k + 4 * STRIDE).fma(br, r4);
      l5 = spread(a, a0 + k + 5 * STRIDE).fma(bl, l5);
      r5 = spread(a, a0 + k + 5 * STRIDE).fma(br, r5);
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
    DoubleVector l0 = load(c, c0);
    DoubleVector r0 = load(c, c0 + LANES);
    DoubleVector l1 = load(c, c0 + cStride);
    DoubleVector r1 = load(c, c0 + cStride + LANES);
    for (int k = 0; k < depth; k++) {
      int q = p0 + k * STRIP;
      DoubleVector bl = load(p, q);
      DoubleVector br = load(p, q + LANES);
      l0 = spread(a, a0 + k).fma(bl, l0);
      r0 = spread(a, a0 + k).fma(br, r0);
      l1 = spread(a, a0 + k + STRIDE).fma(bl, l1);
      r1 = spread(a, a0 + k + STRIDE).fma(br, r1);
    }
    l0.intoArray(c, c0);
    r0.intoArray(c, c0 + LANES);
    l1.intoArray(c, c0 + cStride);
    r1.intoArray(c, c0 + cStride + LANES);
  }

  /** One row of C. */
  private static void one(double[] a, int a0, double[] p, int p0, int depth, double[] c, int c0) {
    DoubleVector l0 = load(c, c0);
    DoubleVector r0 = load(c, c0 + LANES);
    for (int k = 0; k < depth; k++) {
      int q = p0 + k * STRIP;
      DoubleVector bl = load(p, q);
      DoubleVector br = load(p, q + LANES);
      l0 = spread(a, a0 + k).fma(bl, l0);
      r0 = spread(a, a0 + k).fma(br, r0);
    }
    l0.intoArray(c, c0);
    r0.intoArray(c, c0 + LANES);
  }

  private static DoubleVector load(double[] values, int at) {
    return DoubleVector.fromArray(DOUBLES, values, at);
  }

  private static DoubleVector spread(double[] values, int at) {
    return DoubleVector.broadcast(DOUBLES, values[at]);
  }
}
