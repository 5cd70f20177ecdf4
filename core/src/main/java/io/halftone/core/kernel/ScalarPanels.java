package io.halftone.core.kernel;

import io.halftone.core.tensor.MatrixView;
import java.util.Arrays;

/**
 * Products of panels of floats in plain Java.
 *
 * <p>A tile of three rows of C by three of a right panel is the largest loop body that C2 of Java
 * 17 still turns into vector instructions; left panels are filled up to whole tiles.
 */
final class ScalarPanels {
  private static final int TRANSPOSE_TILE = 8;

  /** Rows of C, and rows of a right panel, that one loop over columns takes together. */
  private static final int TILE = 3;

  /** Columns of that loop: {@link #BLOCK} rows and a tile's sums fit the first-level cache. */
  private static final int STRIP = 512;

  /** Rows of a right panel that are copied together. */
  private static final int BLOCK = 4 * TILE;

  /** Sets rows of a strip apart by whole cache lines, not by half a page: loads wait for stores. */
  private static final int GAP = 12;

  private ScalarPanels() {}

  static int leftLength(int rows, int depth) {
    return Math.multiplyExact(wholeTiles(rows), wholeTiles(depth));
  }

  private static int wholeTiles(int length) {
    return PanelProduct.blocks(length, TILE) * TILE;
  }

  static void packLeft(MatrixView a, float[] left) {
    copyRows(a, left, 0, wholeTiles(a.cols()));
    completeTiles(left, a.rows(), a.cols());
  }

  static void packLeftTransposed(MatrixView a, float[] left) {
    copyTransposed(a, left, 0, wholeTiles(a.rows()));
    completeTiles(left, a.cols(), a.rows());
  }

  /** Fills up with −0: its product with 0, added to any sum, leaves all bits of the sum. */
  private static void completeTiles(float[] left, int rows, int depth) {
    int stride = wholeTiles(depth);
    Arrays.fill(left, rows * stride, wholeTiles(rows) * stride, -0f);
    for (int r = 0; r < rows; r++) {
      Arrays.fill(left, r * stride + depth, (r + 1) * stride, -0f);
    }
  }

  static void packRight(MatrixView b, float[] right, int at) {
    copyRows(b, right, at, b.cols());
  }

  static void packRightTransposed(MatrixView b, float[] right, int at) {
    copyTransposed(b, right, at, b.rows());
  }

  private static void copyRows(MatrixView from, float[] to, int at, int stride) {
    for (int r = 0; r < from.rows(); r++) {
      int source = from.offset() + r * from.stride();
      System.arraycopy(from.data(), source, to, at + r * stride, from.cols());
    }
  }

  private static void copyTransposed(MatrixView from, float[] to, int at, int stride) {
    int rows = from.rows();
    for (int r0 = 0; r0 < rows; r0 += TRANSPOSE_TILE) {
      int r1 = Math.min(rows, r0 + TRANSPOSE_TILE);
      for (int c = 0; c < from.cols(); c++) {
        for (int r = r0; r < r1; r++) {
          to[at + c * stride + r] = from.data()[from.offset() + r * from.stride() + c];
        }
      }
    }
  }

  /**
   * C ← C + L·R.
   *
   * @param first where the used columns of the right panel begin
   * @param cols from one of its rows to the next
   */
  static void multiply(float[] left, float[] right, int first, int cols, int depth, MatrixView c) {
    int length = Math.min(STRIP, c.cols()) + GAP;
    // The other order is slower: it lays rows of factors across rows of sums, seen within a page.
    float[][] sums = new float[wholeTiles(c.rows())][length];
    float[][] factors = new float[BLOCK][length];
    for (int col = 0; col < c.cols(); col += STRIP) {
      int width = Math.min(STRIP, c.cols() - col);
      int target = c.offset() + col;
      for (int i = 0; i < c.rows(); i++) {
        System.arraycopy(c.data(), target + i * c.stride(), sums[i], 0, width);
      }
      addProduct(left, right, first + col, cols, depth, factors, sums, width);
      for (int i = 0; i < c.rows(); i++) {
        System.arraycopy(sums[i], 0, c.data(), target + i * c.stride(), width);
      }
    }
  }

  private static void addProduct(
      float[] left,
      float[] right,
      int first,
      int stride,
      int depth,
      float[][] factors,
      float[][] sums,
      int width) {
    int leftStride = wholeTiles(depth);
    for (int block = 0; block < depth; block += BLOCK) {
      int rows = Math.min(BLOCK, depth - block);
      for (int r = 0; r < rows; r++) {
        System.arraycopy(right, first + (block + r) * stride, factors[r], 0, width);
      }
      for (int r = rows; r < wholeTiles(rows); r++) {
        Arrays.fill(factors[r], 0);
      }
      for (int i = 0; i < sums.length; i += TILE) {
        for (int k = 0; k < rows; k += TILE) {
          addTile(left, i * leftStride + block + k, leftStride, factors, k, sums, i, width);
        }
      }
    }
  }

  private static void addTile(
      float[] left,
      int at,
      int stride,
      float[][] factors,
      int k,
      float[][] sums,
      int i,
      int width) {
    float a00 = left[at];
    float a01 = left[at + 1];
    float a02 = left[at + 2];
    float a10 = left[at + stride];
    float a11 = left[at + stride + 1];
    float a12 = left[at + stride + 2];
    float a20 = left[at + 2 * stride];
    float a21 = left[at + 2 * stride + 1];
    float a22 = left[at + 2 * stride + 2];
    float[] b0 = factors[k];
    float[] b1 = factors[k + 1];
    float[] b2 = factors[k + 2];
    float[] c0 = sums[i];
    float[] c1 = sums[i + 1];
    float[] c2 = sums[i + 2];
    for (int j = 0; j < width; j++) {
      float x0 = b0[j];
      float x1 = b1[j];
      float x2 = b2[j];
      float sum0 = Math.fma(a02, x2, Math.fma(a01, x1, Math.fma(a00, x0, c0[j])));
      float sum1 = Math.fma(a12, x2, Math.fma(a11, x1, Math.fma(a10, x0, c1[j])));
      float sum2 = Math.fma(a22, x2, Math.fma(a21, x1, Math.fma(a20, x0, c2[j])));
      c0[j] = sum0;
      c1[j] = sum1;
      c2[j] = sum2;
    }
  }
}
