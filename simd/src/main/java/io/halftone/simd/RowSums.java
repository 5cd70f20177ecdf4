package io.halftone.simd;

import static io.halftone.simd.Species.FLOATS;

import io.halftone.core.tensor.MatrixView;
import jdk.incubator.vector.FloatVector;

/** Adds multiples of the rows of a matrix to a vector, which stays in registers meanwhile. */
final class RowSums {
  private static final int LANES = FLOATS.length();
  private static final int EIGHT = 8 * LANES;

  private RowSums() {}

  static void add(float[] a, int aOffset, MatrixView x, float[] y, int yOffset) {
    int i = 0;
    for (; i <= x.cols() - EIGHT; i += EIGHT) {
      addEight(a, aOffset, x, x.offset() + i, y, yOffset + i);
    }
    for (; i <= x.cols() - LANES; i += LANES) {
      addOne(a, aOffset, x, x.offset() + i, y, yOffset + i);
    }
    for (; i < x.cols(); i++) {
      float sum = y[yOffset + i];
      for (int k = 0; k < x.rows(); k++) {
        sum = Math.fma(a[aOffset + k], x.data()[x.offset() + k * x.stride() + i], sum);
      }
      y[yOffset + i] = sum;
    }
  }

  private static void addEight(
      float[] a, int aOffset, MatrixView x, int from, float[] y, int yOffset) {
    float[] data = x.data();
    int stride = x.stride();
    FloatVector s0 = load(y, yOffset);
    FloatVector s1 = load(y, yOffset + LANES);
    FloatVector s2 = load(y, yOffset + 2 * LANES);
    FloatVector s3 = load(y, yOffset + 3 * LANES);
    FloatVector s4 = load(y, yOffset + 4 * LANES);
    FloatVector s5 = load(y, yOffset + 5 * LANES);
    FloatVector s6 = load(y, yOffset + 6 * LANES);
    FloatVector s7 = load(y, yOffset + 7 * LANES);
    for (int k = 0; k < x.rows(); k++) {
      FloatVector factor = FloatVector.broadcast(FLOATS, a[aOffset + k]);
      int row = from + k * stride;
      s0 = load(data, row).fma(factor, s0);
      s1 = load(data, row + LANES).fma(factor, s1);
      s2 = load(data, row + 2 * LANES).fma(factor, s2);
      s3 = load(data, row + 3 * LANES).fma(factor, s3);
      s4 = load(data, row + 4 * LANES).fma(factor, s4);
      s5 = load(data, row + 5 * LANES).fma(factor, s5);
      s6 = load(data, row + 6 * LANES).fma(factor, s6);
      s7 = load(data, row + 7 * LANES).fma(factor, s7);
    }
    s0.intoArray(y, yOffset);
    s1.intoArray(y, yOffset + LANES);
    s2.intoArray(y, yOffset + 2 * LANES);
    s3.intoArray(y, yOffset + 3 * LANES);
    s4.intoArray(y, yOffset + 4 * LANES);
    s5.intoArray(y, yOffset + 5 * LANES);
    s6.intoArray(y, yOffset + 6 * LANES);
    s7.intoArray(y, yOffset + 7 * LANES);
  }

  private static void addOne(
      float[] a, int aOffset, MatrixView x, int from, float[] y, int yOffset) {
    FloatVector sum = load(y, yOffset);
    for (int k = 0; k < x.rows(); k++) {
      FloatVector factor = FloatVector.broadcast(FLOATS, a[aOffset + k]);
      sum = load(x.data(), from + k * x.stride()).fma(factor, sum);
    }
    sum.intoArray(y, yOffset);
  }

  private static FloatVector load(float[] values, int offset) {
    return FloatVector.fromArray(FLOATS, values, offset);
  }
}
