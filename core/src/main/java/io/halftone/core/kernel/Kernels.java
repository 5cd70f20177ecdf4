package io.halftone.core.kernel;

/**
 * The inner loops, on {@code float[]} with offsets and lengths.
 *
 * <p>Every implementation gives the same bits: product-sums are chains of fused multiply-adds in a fixed order.
 */
public interface Kernels {
  /** A short name for logs and provenance, such as {@code scalar} or {@code vector-256}. */
  String name();

  /**
   * Σ x[i]·y[i]: element i is accumulated on lane i mod 16 by fused multiply-add, lanes are folded 8-4-2-1.
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
}
