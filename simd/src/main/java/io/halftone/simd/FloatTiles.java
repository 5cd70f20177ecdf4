package io.halftone.simd;

import static io.halftone.simd.Species.FLOATS;

import io.halftone.core.kernel.Kernels;
import jdk.incubator.vector.FloatVector;

/**
 * C ← C + L·R on register tiles: a few rows of C, two vectors wide, while k runs over a strip of a
 * right panel.
 *
 * <p>Eight rows by two vectors are sixteen independent chains, enough to hide the latency of a
 * fused multiply-add; with their operands they need the thirty-two registers that come with vectors
 * of 512 bits. Six rows are twelve chains, which fit sixteen registers.
 */
final class FloatTiles {
  private static final int LANES = FLOATS.length();

  /** Columns of a strip. */
  static final int STRIP = 2 * LANES;

  /** Distance between the rows of a left panel: not a power of two, whose rows would share sets. */
  static final int STRIDE = Kernels.PANEL_DEPTH + 16;

  private static final int SIXTEEN_REGISTERS = 256;

  private FloatTiles() {}

  /** Advances all rows of a strip of C. */
  static void multiplyStrip(
      float[] a, int rows, float[] p, int p0, int depth, float[] c, int c0, int cStride) {
    int i = 0;
    if (FLOATS.vectorBitSize() > SIXTEEN_REGISTERS) {
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
      float[] a, int a0, float[] p, int p0, int depth, float[] c, int c0, int cStride) {
    FloatVector l0 = load(c, c0);
    FloatVector r0 = load(c, c0 + LANES);
    FloatVector l1 = load(c, c0 + cStride);
    FloatVector r1 = load(c, c0 + cStride + LANES);
    FloatVector l2 = load(c, c0 + 2 * cStride);
    FloatVector r2 = load(c, c0 + 2 * cStride + LANES);
    FloatVector l3 = load(c, c0 + 3 * cStride);
    FloatVector r3 = load(c, c0 + 3 * cStride + LANES);
    FloatVector l4 = load(c, c0 + 4 * cStride);
    FloatVector r4 = load(c, c0 + 4 * cStride + LANES);
    FloatVector l5 = load(c, c0 + 5 * cStride);
    FloatVector r5 = load(c, c0 + 5 * cStride + LANES);
    FloatVector l6 = load(c, c0 + 6 * cStride);
    FloatVector r6 = load(c, c0 + 6 * cStride + LANES);
    FloatVector l7 = load(c, c0 + 7 * cStride);
    FloatVector r7 = load(c, c0 + 7 * cStride + LANES);
    for (int k = 0; k < depth; k++) {
      int q = p0 + k * STRIP;
      FloatVector bl = load(p, q);
      FloatVector br = load(p, q + LANES);
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
      float[] a, int a0, float[] p, int p0, int depth, float[] c, int c0, int cStride) {
    FloatVector l0 = load(c, c0);
    FloatVector r0 = load(c, c0 + LANES);
    FloatVector l1 = load(c, c0 + cStride);
    FloatVector r1 = load(c, c0 + cStride + LANES);
    FloatVector l2 = load(c, c0 + 2 * cStride);
    FloatVector r2 = load(c, c0 + 2 * cStride + LANES);
    FloatVector l3 = load(c, c0 + 3 * cStride);
    FloatVector r3 = load(c, c0 + 3 * cStride + LANES);
    FloatVector l4 = load(c, c0 + 4 * cStride);
    FloatVector r4 = load(c, c0 + 4 * cStride + LANES);
    FloatVector l5 = load(c, c0 + 5 * cStride);
    FloatVector r5 = load(c, c0 + 5 * cStride + LANES);
    for (int k = 0; k < depth; k++) {
      int q = p0 + k * STRIP;
      FloatVector bl = load(p, q);
      FloatVector br = load(p, q + LANES);
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
      float[] a, int a0, float[] p, int p0, int depth, float[] c, int c0, int cStride) {
    FloatVector l0 = load(c, c0);
    FloatVector r0 = load(c, c0 + LANES);
    FloatVector l1 = load(c, c0 + cStride);
    FloatVector r1 = load(c, c0 + cStride + LANES);
    for (int k = 0; k < depth; k++) {
      int q = p0 + k * STRIP;
      FloatVector bl = load(p, q);
      FloatVector br = load(p, q + LANES);
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
  private static void one(float[] a, int a0, float[] p, int p0, int depth, float[] c, int c0) {
    FloatVector l0 = load(c, c0);
    FloatVector r0 = load(c, c0 + LANES);
    for (int k = 0; k < depth; k++) {
      int q = p0 + k * STRIP;
      FloatVector bl = load(p, q);
      FloatVector br = load(p, q + LANES);
      l0 = spread(a, a0 + k).fma(bl, l0);
      r0 = spread(a, a0 + k).fma(br, r0);
    }
    l0.intoArray(c, c0);
    r0.intoArray(c, c0 + LANES);
  }

  private static FloatVector load(float[] values, int at) {
    return FloatVector.fromArray(FLOATS, values, at);
  }

  private static FloatVector spread(float[] values, int at) {
    return FloatVector.broadcast(FLOATS, values[at]);
  }
}
