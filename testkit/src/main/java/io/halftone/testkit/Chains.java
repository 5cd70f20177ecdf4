package io.halftone.testkit;

import io.halftone.core.kernel.DoubleView;
import io.halftone.core.tensor.MatrixView;

/** The canonical matrix products written out plainly: what any tiling must equal bit for bit. */
public final class Chains {
  private Chains() {}

  /** C ← C + A·B, one chain of fused multiply-adds over ascending k per element. */
  public static void multiplyAdd(MatrixView a, MatrixView b, MatrixView c) {
    for (int i = 0; i < c.rows(); i++) {
      for (int j = 0; j < c.cols(); j++) {
        int at = c.offset() + i * c.stride() + j;
        for (int k = 0; k < a.cols(); k++) {
          c.data()[at] = Math.fma(get(a, i, k), get(b, k, j), c.data()[at]);
        }
      }
    }
  }

  /** C ← C + A·B in double, one chain of fused multiply-adds over ascending k per element. */
  public static void multiplyAdd(DoubleView a, DoubleView b, DoubleView c) {
    for (int i = 0; i < c.rows(); i++) {
      for (int j = 0; j < c.cols(); j++) {
        int at = c.offset() + i * c.stride() + j;
        for (int k = 0; k < a.cols(); k++) {
          double left = a.data()[a.offset() + i * a.stride() + k];
          double right = b.data()[b.offset() + k * b.stride() + j];
          c.data()[at] = Math.fma(left, right, c.data()[at]);
        }
      }
    }
  }

  /** A copy of the transpose. */
  public static MatrixView transposed(MatrixView view) {
    float[] data = new float[view.rows() * view.cols()];
    for (int i = 0; i < data.length; i++) {
      data[i] = get(view, i % view.rows(), i / view.rows());
    }
    return new MatrixView(data, 0, view.rows(), view.cols(), view.rows());
  }

  /** A copy of the transpose, in double. */
  public static DoubleView transposed(DoubleView view) {
    double[] data = new double[view.rows() * view.cols()];
    for (int i = 0; i < data.length; i++) {
      int row = i % view.rows();
      int col = i / view.rows();
      data[i] = view.data()[view.offset() + row * view.stride() + col];
    }
    return new DoubleView(data, 0, view.rows(), view.cols(), view.rows());
  }

  private static float get(MatrixView view, int row, int col) {
    return view.data()[view.offset() + row * view.stride() + col];
  }
}
