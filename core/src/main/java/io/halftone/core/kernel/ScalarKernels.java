package io.halftone.core.kernel;

import io.halftone.core.tensor.MatrixView;

/**
 * The kernels in plain Java: the definition of the bits every other implementation must give.
 *
 * <p>The loops are shaped for C2's auto-vectoriser, which takes a chain of fused multiply-adds over
 * several inputs only when these are separate arrays; hence a panel's rows are copied into row
 * buffers, eight at a time.
 */
public final class ScalarKernels implements Kernels {
  private static final int LANES = Lanes.COUNT;
  private static final int TRANSPOSE_TILE = 8;
  private static final int FUSED_ROWS = 8;

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
    float[] lanes = {
      s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15
    };
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
  public int panelLength(int depth, int cols) {
    return Math.multiplyExact(depth, cols);
  }

  @Override
  public void packPanel(MatrixView b, float[] panel) {
    for (int k = 0; k < b.rows(); k++) {
      System.arraycopy(b.data(), b.offset() + k * b.stride(), panel, k * b.cols(), b.cols());
    }
  }

  @Override
  public void packPanelTransposed(MatrixView b, float[] panel) {
    int cols = b.rows();
    for (int j0 = 0; j0 < cols; j0 += TRANSPOSE_TILE) {
      int j1 = Math.min(cols, j0 + TRANSPOSE_TILE);
      for (int k = 0; k < b.cols(); k++) {
        for (int j = j0; j < j1; j++) {
          panel[k * cols + j] = b.data()[b.offset() + j * b.stride() + k];
        }
      }
    }
  }

  @Override
  public void multiplyPanel(MatrixView a, float[] panel, MatrixView c) {
    int depth = a.cols();
    int cols = c.cols();
    float[][] rows = new float[FUSED_ROWS][depth < FUSED_ROWS ? 0 : cols];
    int k = 0;
    for (; k + FUSED_ROWS <= depth; k += FUSED_ROWS) {
      for (int r = 0; r < FUSED_ROWS; r++) {
        System.arraycopy(panel, (k + r) * cols, rows[r], 0, cols);
      }
      for (int i = 0; i < a.rows(); i++) {
        int at = a.offset() + i * a.stride() + k;
        addEight(a.data(), at, rows, c.data(), c.offset() + i * c.stride(), cols);
      }
    }
    for (; k < depth; k++) {
      for (int i = 0; i < a.rows(); i++) {
        float alpha = a.data()[a.offset() + i * a.stride() + k];
        axpy(alpha, panel, k * cols, c.data(), c.offset() + i * c.stride(), cols);
      }
    }
  }

  private static void addEight(
      float[] a, int at, float[][] rows, float[] c, int cOffset, int cols) {
    float a0 = a[at];
    float a1 = a[at + 1];
    float a2 = a[at + 2];
    float a3 = a[at + 3];
    float a4 = a[at + 4];
    float a5 = a[at + 5];
    float a6 = a[at + 6];
    float a7 = a[at + 7];
    float[] b0 = rows[0];
    float[] b1 = rows[1];
    float[] b2 = rows[2];
    float[] b3 = rows[3];
    float[] b4 = rows[4];
    float[] b5 = rows[5];
    float[] b6 = rows[6];
    float[] b7 = rows[7];
    for (int j = 0; j < cols; j++) {
      float lower = Math.fma(a1, b1[j], Math.fma(a0, b0[j], c[cOffset + j]));
      lower = Math.fma(a3, b3[j], Math.fma(a2, b2[j], lower));
      lower = Math.fma(a5, b5[j], Math.fma(a4, b4[j], lower));
      c[cOffset + j] = Math.fma(a7, b7[j], Math.fma(a6, b6[j], lower));
    }
  }
}
