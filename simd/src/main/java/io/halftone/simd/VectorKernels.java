package io.halftone.simd;

import static io.halftone.simd.Species.DOUBLES;
import static io.halftone.simd.Species.FLOATS;

import io.halftone.core.kernel.Kernels;
import io.halftone.core.kernel.Lanes;
import io.halftone.core.tensor.MatrixView;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/**
 * The kernels with the Vector API; the same bits as the scalar ones for every vector width.
 *
 * <p>A panel is a sequence of strips two vectors wide, each holding its columns' values for k = 0,
 * 1, ... one after another; the last strip is filled up with zeros.
 */
public final class VectorKernels implements Kernels {
  private static final int LANES = FLOATS.length();
  private static final int STRIP = FloatTiles.STRIP;
  private static final int TALL = 6;

  /** Creates the kernels; they hold no state. */
  public VectorKernels() {}

  @Override
  public String name() {
    return "vector-" + FLOATS.vectorBitSize();
  }

  @Override
  public float dot(float[] x, int xOffset, float[] y, int yOffset, int length) {
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int whole = length - length % Lanes.COUNT;
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      s0 = load(x, xOffset + i).fma(load(y, yOffset + i), s0);
      if (LANES <= 8) {
        s1 = load(x, xOffset + i + LANES).fma(load(y, yOffset + i + LANES), s1);
      }
      if (LANES <= 4) {
        s2 = load(x, xOffset + i + 2 * LANES).fma(load(y, yOffset + i + 2 * LANES), s2);
        s3 = load(x, xOffset + i + 3 * LANES).fma(load(y, yOffset + i + 3 * LANES), s3);
      }
    }
    float[] lanes = new float[Lanes.COUNT];
    s0.intoArray(lanes, 0);
    if (LANES <= 8) {
      s1.intoArray(lanes, LANES);
    }
    if (LANES <= 4) {
      s2.intoArray(lanes, 2 * LANES);
      s3.intoArray(lanes, 3 * LANES);
    }
    for (int i = whole; i < length; i++) {
      lanes[i - whole] = Math.fma(x[xOffset + i], y[yOffset + i], lanes[i - whole]);
    }
    return Lanes.fold(lanes);
  }

  @Override
  public void axpy(float alpha, float[] x, int xOffset, float[] y, int yOffset, int length) {
    FloatVector factor = FloatVector.broadcast(FLOATS, alpha);
    int i = 0;
    for (; i <= length - LANES; i += LANES) {
      factor.fma(load(x, xOffset + i), load(y, yOffset + i)).intoArray(y, yOffset + i);
    }
    for (; i < length; i++) {
      y[yOffset + i] = Math.fma(alpha, x[xOffset + i], y[yOffset + i]);
    }
  }

  @Override
  public void axpy(double alpha, double[] x, int xOffset, double[] y, int yOffset, int length) {
    DoubleVector factor = DoubleVector.broadcast(DOUBLES, alpha);
    int lanes = DOUBLES.length();
    int i = 0;
    for (; i <= length - lanes; i += lanes) {
      DoubleVector xs = DoubleVector.fromArray(DOUBLES, x, xOffset + i);
      DoubleVector ys = DoubleVector.fromArray(DOUBLES, y, yOffset + i);
      factor.fma(xs, ys).intoArray(y, yOffset + i);
    }
    for (; i < length; i++) {
      y[yOffset + i] = Math.fma(alpha, x[xOffset + i], y[yOffset + i]);
    }
  }

  @Override
  public int panelLength(int depth, int cols) {
    return Math.multiplyExact(depth, (cols + STRIP - 1) / STRIP * STRIP);
  }

  @Override
  public void packPanel(MatrixView b, float[] panel) {
    int depth = b.rows();
    for (int j = 0; j < b.cols(); j += STRIP) {
      int width = Math.min(STRIP, b.cols() - j);
      for (int k = 0; k < depth; k++) {
        int target = j * depth + k * STRIP;
        System.arraycopy(b.data(), b.offset() + k * b.stride() + j, panel, target, width);
        Arrays.fill(panel, target + width, target + STRIP, 0);
      }
    }
  }

  @Override
  public void packPanelTransposed(MatrixView b, float[] panel) {
    int depth = b.cols();
    for (int j = 0; j < b.rows(); j += STRIP) {
      int width = Math.min(STRIP, b.rows() - j);
      for (int k = 0; k < depth; k++) {
        int source = b.offset() + j * b.stride() + k;
        int target = j * depth + k * STRIP;
        for (int c = 0; c < width; c++) {
          panel[target + c] = b.data()[source + c * b.stride()];
        }
        Arrays.fill(panel, target + width, target + STRIP, 0);
      }
    }
  }

  @Override
  public void multiplyPanel(MatrixView a, float[] panel, MatrixView c) {
    int whole = c.cols() - c.cols() % STRIP;
    for (int j = 0; j < whole; j += STRIP) {
      multiplyStrip(a, panel, j * a.cols(), c.data(), c.offset() + j, c.stride());
    }
    if (whole < c.cols()) {
      multiplyLastStrip(a, panel, c, whole);
    }
  }

  private static void multiplyStrip(
      MatrixView a, float[] panel, int p0, float[] c, int c0, int cStride) {
    float[] x = a.data();
    int depth = a.cols();
    int stride = a.stride();
    int i = 0;
    for (; i + TALL <= a.rows(); i += TALL) {
      FloatTiles.six(
          x, a.offset() + i * stride, stride, panel, p0, depth, c, c0 + i * cStride, cStride);
    }
    for (; i + 2 <= a.rows(); i += 2) {
      FloatTiles.two(
          x, a.offset() + i * stride, stride, panel, p0, depth, c, c0 + i * cStride, cStride);
    }
    if (i < a.rows()) {
      FloatTiles.one(x, a.offset() + i * stride, panel, p0, depth, c, c0 + i * cStride);
    }
  }

  /** Columns that do not fill a strip go through a copy that does. */
  private static void multiplyLastStrip(MatrixView a, float[] panel, MatrixView c, int col) {
    int width = c.cols() - col;
    float[] copy = new float[c.rows() * STRIP];
    for (int i = 0; i < c.rows(); i++) {
      System.arraycopy(c.data(), c.offset() + i * c.stride() + col, copy, i * STRIP, width);
    }
    multiplyStrip(a, panel, col * a.cols(), copy, 0, STRIP);
    for (int i = 0; i < c.rows(); i++) {
      System.arraycopy(copy, i * STRIP, c.data(), c.offset() + i * c.stride() + col, width);
    }
  }

  private static FloatVector load(float[] values, int offset) {
    return FloatVector.fromArray(FLOATS, values, offset);
  }
}
