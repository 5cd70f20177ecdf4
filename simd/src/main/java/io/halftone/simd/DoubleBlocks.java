package io.halftone.simd;

import static io.halftone.simd.Species.DOUBLES;

import io.halftone.core.kernel.DoubleView;
import jdk.incubator.vector.DoubleVector;

/**
 * C ← C + A·B in double: register tiles as in {@link FloatTiles}, on a block that is not packed.
 */
final class DoubleBlocks {
  private static final int LANES = DOUBLES.length();

  /** Columns of a tile. */
  static final int COLS = 2 * LANES;

  private static final int ROWS = 4;

  private DoubleBlocks() {}

  /** C ← C + A·B. */
  static void multiplyAdd(DoubleView a, DoubleView b, DoubleView c) {
    int whole = c.cols() - c.cols() % COLS;
    for (int j = 0; j < whole; j += COLS) {
      int i = 0;
      for (; i + ROWS <= c.rows(); i += ROWS) {
        four(a, i, b, c, j);
      }
      for (; i < c.rows(); i++) {
        one(a, i, b, c, j);
      }
    }
    for (int i = 0; i < c.rows(); i++) {
      for (int j = whole; j < c.cols(); j++) {
        element(a, i, b, c, j);
      }
    }
  }

  /** Four rows of C. */
  private static void four(DoubleView a, int row, DoubleView b, DoubleView c, int col) {
    double[] x = a.data();
    double[] y = b.data();
    double[] z = c.data();
    int a0 = a.offset() + row * a.stride();
    int c0 = c.offset() + row * c.stride() + col;
    int a1 = a0 + a.stride();
    int a2 = a1 + a.stride();
    int a3 = a2 + a.stride();
    int c1 = c0 + c.stride();
    int c2 = c1 + c.stride();
    int c3 = c2 + c.stride();
    DoubleVector l0 = DoubleVector.fromArray(DOUBLES, z, c0);
    DoubleVector r0 = DoubleVector.fromArray(DOUBLES, z, c0 + LANES);
    DoubleVector l1 = DoubleVector.fromArray(DOUBLES, z, c1);
    DoubleVector r1 = DoubleVector.fromArray(DOUBLES, z, c1 + LANES);
    DoubleVector l2 = DoubleVector.fromArray(DOUBLES, z, c2);
    DoubleVector r2 = DoubleVector.fromArray(DOUBLES, z, c2 + LANES);
    DoubleVector l3 = DoubleVector.fromArray(DOUBLES, z, c3);
    DoubleVector r3 = DoubleVector.fromArray(DOUBLES, z, c3 + LANES);
    int b0 = b.offset() + col;
    int stride = b.stride();
    int depth = a.cols();
    for (int k = 0; k < depth; k++) {
      int q = b0 + k * stride;
      DoubleVector bl = DoubleVector.fromArray(DOUBLES, y, q);
      DoubleVector br = DoubleVector.fromArray(DOUBLES, y, q + LANES);
      DoubleVector x0 = DoubleVector.broadcast(DOUBLES, x[a0 + k]);
      l0 = x0.fma(bl, l0);
      r0 = x0.fma(br, r0);
      DoubleVector x1 = DoubleVector.broadcast(DOUBLES, x[a1 + k]);
      l1 = x1.fma(bl, l1);
      r1 = x1.fma(br, r1);
      DoubleVector x2 = DoubleVector.broadcast(DOUBLES, x[a2 + k]);
      l2 = x2.fma(bl, l2);
      r2 = x2.fma(br, r2);
      DoubleVector x3 = DoubleVector.broadcast(DOUBLES, x[a3 + k]);
      l3 = x3.fma(bl, l3);
      r3 = x3.fma(br, r3);
    }
    l0.intoArray(z, c0);
    r0.intoArray(z, c0 + LANES);
    l1.intoArray(z, c1);
    r1.intoArray(z, c1 + LANES);
    l2.intoArray(z, c2);
    r2.intoArray(z, c2 + LANES);
    l3.intoArray(z, c3);
    r3.intoArray(z, c3 + LANES);
  }

  /** One row of C. */
  private static void one(DoubleView a, int row, DoubleView b, DoubleView c, int col) {
    double[] x = a.data();
    double[] y = b.data();
    double[] z = c.data();
    int a0 = a.offset() + row * a.stride();
    int c0 = c.offset() + row * c.stride() + col;
    DoubleVector l0 = DoubleVector.fromArray(DOUBLES, z, c0);
    DoubleVector r0 = DoubleVector.fromArray(DOUBLES, z, c0 + LANES);
    int b0 = b.offset() + col;
    int stride = b.stride();
    int depth = a.cols();
    for (int k = 0; k < depth; k++) {
      int q = b0 + k * stride;
      DoubleVector bl = DoubleVector.fromArray(DOUBLES, y, q);
      DoubleVector br = DoubleVector.fromArray(DOUBLES, y, q + LANES);
      DoubleVector x0 = DoubleVector.broadcast(DOUBLES, x[a0 + k]);
      l0 = x0.fma(bl, l0);
      r0 = x0.fma(br, r0);
    }
    l0.intoArray(z, c0);
    r0.intoArray(z, c0 + LANES);
  }

  private static void element(DoubleView a, int row, DoubleView b, DoubleView c, int col) {
    int x = a.offset() + row * a.stride();
    int y = b.offset() + col;
    int z = c.offset() + row * c.stride() + col;
    double sum = c.data()[z];
    for (int k = 0; k < a.cols(); k++) {
      sum = Math.fma(a.data()[x + k], b.data()[y + k * b.stride()], sum);
    }
    c.data()[z] = sum;
  }
}
