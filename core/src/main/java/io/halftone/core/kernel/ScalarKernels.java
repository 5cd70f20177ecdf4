package io.halftone.core.kernel;

import io.halftone.core.tensor.MatrixView;
import java.util.Arrays;

/**
 * The kernels in plain Java: the definition of the bits every other implementation must give.
 *
 * <p>The loops are shaped for C2's auto-vectoriser, which takes chains of fused multiply-adds over
 * several inputs only when these and the sums are separate arrays read from index 0; hence rows of
 * a panel and of C are copied.
 */
public final class ScalarKernels implements Kernels {
  private static final int LANES = Lanes.COUNT;
  private static final int TRANSPOSE_TILE = 8;

  /** Rows of a factor in double that one loop takes together. */
  private static final int FUSED_ROWS = 4;

  /** Creates the kernels; they hold no state. */
  public ScalarKernels() {}

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public float dot(float[] x, int xOffset, float[] y, int yOffset, int length) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    float s8 = 0;
    float s9 = 0;
    float s10 = 0;
    float s11 = 0;
    float s12 = 0;
    float s13 = 0;
    float s14 = 0;
    float s15 = 0;
    int whole = length - length % LANES;
    for (int i = 0; i < whole; i += LANES) {
      int p = xOffset + i;
      int q = yOffset + i;
      s0 = Math.fma(x[p], y[q], s0);
      s1 = Math.fma(x[p + 1], y[q + 1], s1);
      s2 = Math.fma(x[p + 2], y[q + 2], s2);
      s3 = Math.fma(x[p + 3], y[q + 3], s3);
      s4 = Math.fma(x[p + 4], y[q + 4], s4);
      s5 = Math.fma(x[p + 5], y[q + 5], s5);
      s6 = Math.fma(x[p + 6], y[q + 6], s6);
      s7 = Math.fma(x[p + 7], y[q + 7], s7);
      s8 = Math.fma(x[p + 8], y[q + 8], s8);
      s9 = Math.fma(x[p + 9], y[q + 9], s9);
      s10 = Math.fma(x[p + 10], y[q + 10], s10);
      s11 = Math.fma(x[p + 11], y[q + 11], s11);
      s12 = Math.fma(x[p + 12], y[q + 12], s12);
      s13 = Math.fma(x[p + 13], y[q + 13], s13);
      s14 = Math.fma(x[p + 14], y[q + 14], s14);
      s15 = Math.fma(x[p + 15], y[q + 15], s15);
    }
    float[] lanes = {s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15};
    for (int i = whole; i < length; i++) {
      lanes[i - whole] = Math.fma(x[xOffset + i], y[yOffset + i], lanes[i - whole]);
    }
    return Lanes.fold(lanes);
  }

  @Override
  public void axpy(float alpha, float[] x, int xOffset, float[] y, int yOffset, int length) {
    for (int i = 0; i < length; i++) {
      y[yOffset + i] = Math.fma(alpha, x[xOffset + i], y[yOffset + i]);
    }
  }

  @Override
  public void axpy(double alpha, double[] x, int xOffset, double[] y, int yOffset, int length) {
    for (int i = 0; i < length; i++) {
      y[yOffset + i] = Math.fma(alpha, x[xOffset + i], y[yOffset + i]);
    }
  }

  @Override
  public void add(float[] x, int xOffset, double[] y, int yOffset, int length) {
    for (int i = 0; i < length; i++) {
      y[yOffset + i] += x[xOffset + i];
    }
  }

  @Override
  public void range(float[] x, int offset, int length, float[] min, float[] max, int target) {
    float low0 = x[offset];
    float low1 = low0;
    float high0 = low0;
    float high1 = low0;
    int end = offset + length;
    int i = offset;
    for (; i + 2 <= end; i += 2) {
      low0 = Math.min(low0, x[i]);
      low1 = Math.min(low1, x[i + 1]);
      high0 = Math.max(high0, x[i]);
      high1 = Math.max(high1, x[i + 1]);
    }
    min[target] = Math.min(Math.min(low0, low1), x[end - 1]);
    max[target] = Math.max(Math.max(high0, high1), x[end - 1]);
  }

  @Override
  public float squaredResiduals(
      float[] x, int offset, int length, float unit, float scale, float shift, int low, int high) {
    float inverse = 1 / scale;
    float[] residual = new float[length];
    for (int i = 0; i < length; i++) {
      residual[i] = GridResidual.of(x[offset + i] * unit, scale, inverse, shift, low, high);
    }
    return dot(residual, 0, residual, 0, length);
  }

  @Override
  public int rowStep() {
    return 56;
  }

  @Override
  public int leftLength(int rows, int depth) {
    return ScalarPanels.leftLength(rows, depth);
  }

  @Override
  public int rightLength(int depth, int cols) {
    return Math.multiplyExact(depth, cols);
  }

  @Override
  public void packLeft(MatrixView a, float[] left) {
    ScalarPanels.packLeft(a, left);
  }

  @Override
  public void packLeftTransposed(MatrixView a, float[] left) {
    ScalarPanels.packLeftTransposed(a, left);
  }

  @Override
  public void packRight(MatrixView b, float[] right, int at) {
    ScalarPanels.packRight(b, right, at);
  }

  @Override
  public void packRightTransposed(MatrixView b, float[] right, int at) {
    ScalarPanels.packRightTransposed(b, right, at);
  }

  @Override
  public void packLeft(
      float[] right, int at, int cols, int first, int rows, int depth, float[] left) {
    packLeftTransposed(new MatrixView(right, at + first, cols, depth, rows), left);
  }

  @Override
  public void multiplyPanels(
      float[] left, float[] right, int at, int cols, int first, int depth, MatrixView c) {
    ScalarPanels.multiply(left, right, at + first, cols, depth, c);
  }

  @Override
  public void packLeft(DoubleView a, double[] left) {
    copyRows(a, left, 0);
  }

  @Override
  public void packLeftTransposed(DoubleView a, double[] left) {
    copyTransposed(a, left, 0);
  }

  @Override
  public void packRight(DoubleView b, double[] right, int at) {
    copyRows(b, right, at);
  }

  @Override
  public void packRightTransposed(DoubleView b, double[] right, int at) {
    copyTransposed(b, right, at);
  }

  private static void copyRows(DoubleView from, double[] to, int at) {
    for (int r = 0; r < from.rows(); r++) {
      int source = from.offset() + r * from.stride();
      System.arraycopy(from.data(), source, to, at + r * from.cols(), from.cols());
    }
  }

  private static void copyTransposed(DoubleView from, double[] to, int at) {
    int rows = from.rows();
    for (int r0 = 0; r0 < rows; r0 += TRANSPOSE_TILE) {
      int r1 = Math.min(rows, r0 + TRANSPOSE_TILE);
      for (int c = 0; c < from.cols(); c++) {
        for (int r = r0; r < r1; r++) {
          to[at + c * rows + r] = from.data()[from.offset() + r * from.stride() + c];
        }
      }
    }
  }

  @Override
  public void multiplyPanels(double[] left, double[] right, int at, int depth, DoubleView c) {
    multiplyAdd(
        new DoubleView(left, 0, depth, c.rows(), depth),
        new DoubleView(right, at, c.cols(), depth, c.cols()),
        c);
  }

  @Override
  public void multiplyAdd(DoubleView a, DoubleView b, DoubleView c) {
    int depth = a.cols();
    int cols = c.cols();
    int whole = depth - depth % FUSED_ROWS;
    double[][] factors = new double[depth][];
    for (int k = 0; k < depth; k++) {
      int from = b.offset() + k * b.stride();
      factors[k] = Arrays.copyOfRange(b.data(), from, from + cols);
    }
    double[] sums = new double[cols];
    for (int i = 0; i < c.rows(); i++) {
      int at = a.offset() + i * a.stride();
      int target = c.offset() + i * c.stride();
      System.arraycopy(c.data(), target, sums, 0, cols);
      for (int k = 0; k < whole; k += FUSED_ROWS) {
        addFour(a.data(), at + k, factors, k, sums);
      }
      for (int k = whole; k < depth; k++) {
        axpy(a.data()[at + k], factors[k], 0, sums, 0, cols);
      }
      System.arraycopy(sums, 0, c.data(), target, cols);
    }
  }

  private static void addFour(double[] a, int at, double[][] factors, int k, double[] sums) {
    double a0 = a[at];
    double a1 = a[at + 1];
    double a2 = a[at + 2];
    double a3 = a[at + 3];
    double[] b0 = factors[k];
    double[] b1 = factors[k + 1];
    double[] b2 = factors[k + 2];
    double[] b3 = factors[k + 3];
    for (int j = 0; j < sums.length; j++) {
      double sum = Math.fma(a1, b1[j], Math.fma(a0, b0[j], sums[j]));
      sums[j] = Math.fma(a3, b3[j], Math.fma(a2, b2[j], sum));
    }
  }

  @Override
  public void fitAffine(
      AffineSearch search, float[][] x, float[][] w, int lanes, float[] scale, float[] offset) {
    AffineCellFit cell = new AffineCellFit(search, x.length);
    for (int lane = 0; lane < lanes; lane++) {
      for (int l = 0; l < x.length; l++) {
        cell.values()[l] = x[l][lane];
        cell.weights()[l] = w[l][lane];
      }
      cell.fit();
      scale[lane] = cell.scale();
      offset[lane] = cell.offset();
    }
  }

  @Override
  public void measureAffine(
      int top,
      float[][] x,
      float[][] w,
      int lanes,
      float[] scale,
      float[] offset,
      CodeMoments moments) {
    for (int lane = 0; lane < lanes; lane++) {
      float inverse = scale[lane] > 0 ? 1 / scale[lane] : 0;
      float q = 0;
      float qq = 0;
      float qx = 0;
      float error = 0;
      for (int l = 0; l < x.length; l++) {
        float value = x[l][lane];
        float code = NearestCode.of((value + offset[lane]) * inverse, top);
        float weighted = w[l][lane] * code;
        float difference = scale[lane] * code - offset[lane] - value;
        q += weighted;
        qq = Math.fma(weighted, code, qq);
        qx = Math.fma(weighted, value, qx);
        error = Math.fma(w[l][lane] * difference, difference, error);
      }
      moments.q()[lane] = q;
      moments.qq()[lane] = qq;
      moments.qx()[lane] = qx;
      moments.error()[lane] = error;
    }
  }

  @Override
  public int descend(
      DescentLanes lanes,
      GridLanes grid,
      DescentChannel channel,
      float[] product,
      int from,
      float[] step,
      int to) {
    Arrays.fill(lanes.doubts(), 0);
    return lanes.descend(0, grid, channel, product, from, step, to);
  }

  @Override
  public void extremes(float[] x, int offset, int cells, float[] extreme) {
    for (int cell = 0; cell < cells; cell++) {
      extreme[cell] = NibbleCells.extreme(x, offset + cell * NIBBLE_CELL);
    }
  }

  @Override
  public void nibbles(
      float[] x, int offset, int cells, float[] inverse, byte[] bytes, int at, int stride) {
    for (int cell = 0; cell < cells; cell++) {
      int from = offset + cell * NIBBLE_CELL;
      NibbleCells.nibbles(x, from, inverse[cell], bytes, at + cell * stride);
    }
  }
}
