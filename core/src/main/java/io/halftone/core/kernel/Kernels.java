package io.halftone.core.kernel;

import io.halftone.core.tensor.MatrixView;

/**
 * The inner loops, single-threaded, on arrays with offsets and lengths.
 *
 * <p>Every implementation gives the same bits: product-sums are chains of fused multiply-adds in a
 * fixed order. Implementations are stateless and safe for concurrent use.
 *
 * <p>Matrix products work on <em>panels</em>: a block of the right-hand factor copied once into the
 * layout its kernel reads fastest. The layout is private to an implementation; only the one that
 * packed a panel may multiply by it.
 */
public interface Kernels {
  /** A short name for logs and provenance, such as {@code scalar} or {@code vector-256}. */
  String name();

  /**
   * Σ x[i]·y[i]: element i is accumulated on lane i mod 16 by fused multiply-add, lanes are folded
   * 8-4-2-1.
   *
   * @param x read from {@code xOffset}
   * @param y read from {@code yOffset}
   * @param length number of elements
   */
  float dot(float[] x, int xOffset, float[] y, int yOffset, int length);

  /** y[i] ← fma(alpha, x[i], y[i]); x is read, y is written. */
  void axpy(float alpha, float[] x, int xOffset, float[] y, int yOffset, int length);

  /** y[i] ← fma(alpha, x[i], y[i]) in double; x is read, y is written. */
  void axpy(double alpha, double[] x, int xOffset, double[] y, int yOffset, int length);

  /**
   * Number of floats a packed panel takes.
   *
   * @param depth rows of the block, not negative
   * @param cols columns of the block, not negative
   */
  int panelLength(int depth, int cols);

  /**
   * Copies a block of a right-hand factor into a panel.
   *
   * @param b [depth, cols], read
   * @param panel written; at least {@code panelLength(depth, cols)} long
   */
  void packPanel(MatrixView b, float[] panel);

  /**
   * Copies the transpose of a block into a panel.
   *
   * @param b [cols, depth], read
   * @param panel written; at least {@code panelLength(depth, cols)} long
   */
  void packPanelTransposed(MatrixView b, float[] panel);

  /**
   * C ← C + A·P; each element of C continues its own chain of fused multiply-adds over ascending k.
   *
   * @param a [rows, depth], read
   * @param panel a packed [depth, cols] block, read
   * @param c [rows, cols], read and written; shares no element with a
   */
  void multiplyPanel(MatrixView a, float[] panel, MatrixView c);

  /**
   * C ← C + A·B in double, for blocks that stay in the first-level cache; chains as in {@link
   * #multiplyPanel}.
   *
   * @param a [rows, depth], read
   * @param b [depth, cols], read
   * @param c [rows, cols], read and written; shares no element with a or b
   */
  void multiplyAdd(DoubleView a, DoubleView b, DoubleView c);
}
