package io.halftone.simd;

import static io.halftone.simd.Species.FLOATS;

import jdk.incubator.vector.FloatVector;

/**
 * C ← C + A·S on a register tile: a few rows of C, two vectors wide, while k runs over a strip S of
 * a packed panel.
 *
 * <p>Six rows by two vectors are twelve independent chains, enough to hide the latency of a fused
 * multiply-add, and with their operands they fit sixteen registers.
 */
final class FloatTiles {
  private static final int LANES = FLOATS.length();

  /** Columns of a strip. */
  static final int STRIP = 2 * LANES;

  private FloatTiles() {}

  /** Six rows of C. */
  static void six(
      float[] a,
      int a0,
      int aStride,
      float[] p,
      int p0,
      int depth,
      float[] c,
      int c0,
      int cStride) {
    int a1 = a0 + aStride;
    int a2 = a1 + aStride;
    int a3 = a2 + aStride;
    int a4 = a3 + aStride;
    int a5 = a4 + aStride;
    int c1 = c0 + cStride;
    int c2 = c1 + cStride;
    int c3 = c2 + cStride;
    int c4 = c3 + cStride;
    int c5 = c4 + cStride;
    FloatVector l0 = FloatVector.fromArray(FLOATS, c, c0);
    FloatVector r0 = FloatVector.fromArray(FLOATS, c, c0 + LANES);
    FloatVector l1 = FloatVector.fromArray(FLOATS, c, c1);
    FloatVector r1 = FloatVector.fromArray(FLOATS, c, c1 + LANES);
    FloatVector l2 = FloatVector.fromArray(FLOATS, c, c2);
    FloatVector r2 = FloatVector.fromArray(FLOATS, c, c2 + LANES);
    FloatVector l3 = FloatVector.fromArray(FLOATS, c, c3);
    FloatVector r3 = FloatVector.fromArray(FLOATS, c, c3 + LANES);
    FloatVector l4 = FloatVector.fromArray(FLOATS, c, c4);
    FloatVector r4 = FloatVector.fromArray(FLOATS, c, c4 + LANES);
    FloatVector l5 = FloatVector.fromArray(FLOATS, c, c5);
    FloatVector r5 = FloatVector.fromArray(FLOATS, c, c5 + LANES);
    for (int k = 0; k < depth; k++) {
      int q = p0 + k * STRIP;
      FloatVector bl = FloatVector.fromArray(FLOATS, p, q);
      FloatVector br = FloatVector.fromArray(FLOATS, p, q + LANES);
      FloatVector x0 = FloatVector.broadcast(FLOATS, a[a0 + k]);
      l0 = x0.fma(bl, l0);
      r0 = x0.fma(br, r0);
      FloatVector x1 = FloatVector.broadcast(FLOATS, a[a1 + k]);
      l1 = x1.fma(bl, l1);
      r1 = x1.fma(br, r1);
      FloatVector x2 = FloatVector.broadcast(FLOATS, a[a2 + k]);
      l2 = x2.fma(bl, l2);
      r2 = x2.fma(br, r2);
      FloatVector x3 = FloatVector.broadcast(FLOATS, a[a3 + k]);
      l3 = x3.fma(bl, l3);
      r3 = x3.fma(br, r3);
      FloatVector x4 = FloatVector.broadcast(FLOATS, a[a4 + k]);
      l4 = x4.fma(bl, l4);
      r4 = x4.fma(br, r4);
      FloatVector x5 = FloatVector.broadcast(FLOATS, a[a5 + k]);
      l5 = x5.fma(bl, l5);
      r5 = x5.fma(br, r5);
    }
    l0.intoArray(c, c0);
    r0.intoArray(c, c0 + LANES);
    l1.intoArray(c, c1);
    r1.intoArray(c, c1 + LANES);
    l2.intoArray(c, c2);
    r2.intoArray(c, c2 + LANES);
    l3.intoArray(c, c3);
    r3.intoArray(c, c3 + LANES);
    l4.intoArray(c, c4);
    r4.intoArray(c, c4 + LANES);
    l5.intoArray(c, c5);
    r5.intoArray(c, c5 + LANES);
  }

  /** Two rows of C. */
  static void two(
      float[] a,
      int a0,
      int aStride,
      float[] p,
      int p0,
      int depth,
      float[] c,
      int c0,
      int cStride) {
    int a1 = a0 + aStride;
    int c1 = c0 + cStride;
    FloatVector l0 = FloatVector.fromArray(FLOATS, c, c0);
    FloatVector r0 = FloatVector.fromArray(FLOATS, c, c0 + LANES);
    FloatVector l1 = FloatVector.fromArray(FLOATS, c, c1);
    FloatVector r1 = FloatVector.fromArray(FLOATS, c, c1 + LANES);
    for (int k = 0; k < depth; k++) {
      int q = p0 + k * STRIP;
      FloatVector bl = FloatVector.fromArray(FLOATS, p, q);
      FloatVector br = FloatVector.fromArray(FLOATS, p, q + LANES);
      FloatVector x0 = FloatVector.broadcast(FLOATS, a[a0 + k]);
      l0 = x0.fma(bl, l0);
      r0 = x0.fma(br, r0);
      FloatVector x1 = FloatVector.broadcast(FLOATS, a[a1 + k]);
      l1 = x1.fma(bl, l1);
      r1 = x1.fma(br, r1);
    }
    l0.intoArray(c, c0);
    r0.intoArray(c, c0 + LANES);
    l1.intoArray(c, c1);
    r1.intoArray(c, c1 + LANES);
  }

  /** One row of C. */
  static void one(float[] a, int a0, float[] p, int p0, int depth, float[] c, int c0) {
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
