package io.halftone.testkit;

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

  /** C ← C + A·Bᵀ, one chain of fused multiply-adds over ascending k per element. */
  public static void multiplyTransposedAdd(MatrixView a, MatrixView b, MatrixView c) {
    for (int i = 0; i < c.rows(); i++) {
      for (int j = 0; j < c.cols(); j++) {
        int at = c.offset() + i * c.stride() + j;
        for (int k = 0; k < a.cols(); k++) {
          c.data()[at] = Math.fma(get(a, i, k), get(b, j, k), c.data()[at]);
        }
      }
    }
  }

  private static float get(MatrixView view, int row, int col) {
    return view.data()[view.offset() + row * view.stride() + col];
  }
}
