package io.halftone.core.kernel;

import io.halftone.core.tensor.MatrixView;

/**
 * The inner loops, single-threaded, on arrays with offsets and lengths.
 *
 * <p>Every implementation gives the same bits: product-sums are chains of fused multiply-adds in a
 * fixed order. Implementations are stateless and safe for concurrent use.
 *
 * <p>Matrix products work on <em>panels</em>: blocks of the left and the right factor copied once
 * into the layout the product reads fastest. The layout is private to an implementation; only the
 * one that packed a panel may multiply by it.
 */
public interface Kernels {
  /** Largest depth of a panel: a result is read and written once for so many k. */
  int PANEL_DEPTH = 512;

  /** A product may take part of a right panel from a column that is a multiple of this on. */
  int PANEL_STEP = 32;

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

  /**
   * y ← y + a·X: y[i] continues its chain of fused multiply-adds by a[k]·x[k, i] over ascending k.
   *
   * @param a one factor per row, read from {@code aOffset}
   * @param x [rows, cols], read; shares no element with y
   * @param y written in [yOffset, yOffset + cols)
   */
  default void addRows(float[] a, int aOffset, MatrixView x, float[] y, int yOffset) {
    for (int k = 0; k < x.rows(); k++) {
      axpy(a[aOffset + k], x.data(), x.offset() + k * x.stride(), y, yOffset, x.cols());
    }
  }

  /** y[i] ← fma(alpha, x[i], y[i]) in double; x is read, y is written. */
  void axpy(double alpha, double[] x, int xOffset, double[] y, int yOffset, int length);

  /** y[i] ← y[i] + x[i] in double; x is read, y is written. */
  void add(float[] x, int xOffset, double[] y, int yOffset, int length);

  /**
   * The smallest and the largest of the values, with -0 below 0.
   *
   * @param x finite, read from {@code offset}
   * @param length number of values, at least 1
   * @param min written at {@code target}
   * @param max written at {@code target}
   */
  void range(float[] x, int offset, int length, float[] min, float[] max, int target);

  /**
   * Σ r², r the residual of x[i]·unit on an integer grid as {@link GridResidual} gives it: element
   * i is accumulated as in {@link #dot}.
   *
   * @param x finite, read from {@code offset}
   * @param length number of values; scalar kernels take room for as many
   * @param unit a power of two
   * @param scale of the grid of the values times unit; positive, its reciprocal finite
   * @param shift 0, or a real zero point
   * @param low smallest q, above −2^22
   * @param high largest q, below 2^22
   */
  float squaredResiduals(
      float[] x, int offset, int length, float unit, float scale, float shift, int low, int high);

  /** A number of rows that products run over without a rest: some register tiles, and few rows. */
  int rowStep();

  /**
   * Length of the array that a left panel needs, of floats or of doubles.
   *
   * @param rows rows of the block, not negative
   * @param depth columns of the block, at most {@link #PANEL_DEPTH}
   */
  int leftLength(int rows, int depth);

  /**
   * Length of the array that a right panel needs, of floats or of doubles.
   *
   * @param depth rows of the block, at most {@link #PANEL_DEPTH}
   * @param cols columns of the block, not negative
   */
  int rightLength(int depth, int cols);

  /**
   * Copies a block of a left factor into a panel.
   *
   * @param a [rows, depth], read
   * @param left written; at least {@code leftLength(rows, depth)} long
   */
  void packLeft(MatrixView a, float[] left);

  /**
   * Copies the transpose of a block into a left panel.
   *
   * @param a [depth, rows], read
   * @param left written; at least {@code leftLength(rows, depth)} long
   */
  void packLeftTransposed(MatrixView a, float[] left);

  /**
   * Copies a block of a right factor into a panel.
   *
   * @param b [depth, cols], read
   * @param right written in [at, at + {@code rightLength(depth, cols)})
   * @param at where the panel begins; best whole panels after {@link CacheLine#FIRST_FLOAT}
   */
  void packRight(MatrixView b, float[] right, int at);

  /**
   * Copies the transpose of a block into a right panel.
   *
   * @param b [cols, depth], read
   * @param right written in [at, at + {@code rightLength(depth, cols)})
   * @param at where the panel begins
   */
  void packRightTransposed(MatrixView b, float[] right, int at);

  /**
   * Copies columns of a right panel, transposed, into a left panel: Xᵀ·X packs X once.
   *
   * @param right holds a packed [depth, cols] block, read
   * @param at where it begins
   * @param cols columns of the right panel
   * @param first of those copied, at most cols − rows
   * @param left written as by {@link #packLeftTransposed(MatrixView, float[])} of those columns
   */
  void packLeft(float[] right, int at, int cols, int first, int rows, int depth, float[] left);

  /**
   * C ← C + L·R; each element of C continues its own chain of fused multiply-adds over ascending k.
   *
   * @param left a packed [rows, depth] block, read
   * @param right holds a packed [depth, cols] block, read
   * @param at where it begins
   * @param depth of both panels
   * @param c [rows, cols], read and written
   */
  default void multiplyPanels(float[] left, float[] right, int at, int depth, MatrixView c) {
    multiplyPanels(left, right, at, c.cols(), 0, depth, c);
  }

  /**
   * C ← C + L·R by some columns of the right panel, otherwise as the method for all.
   *
   * @param cols columns of the right panel
   * @param first of those used, a multiple of {@link #PANEL_STEP}; at most cols − n
   * @param c [rows, n], read and written
   */
  void multiplyPanels(
      float[] left, float[] right, int at, int cols, int first, int depth, MatrixView c);

  /** Copies a block of a left factor in double, otherwise as the method for floats. */
  void packLeft(DoubleView a, double[] left);

  /** Copies the transpose of a block of a left factor in double, as the method for floats. */
  void packLeftTransposed(DoubleView a, double[] left);

  /** Copies a block of a right factor in double, otherwise as the method for floats. */
  void packRight(DoubleView b, double[] right, int at);

  /** Copies the transpose of a block of a right factor in double, as the method for floats. */
  void packRightTransposed(DoubleView b, double[] right, int at);

  /** C ← C + L·R in double, otherwise as the method for floats. */
  void multiplyPanels(double[] left, double[] right, int at, int depth, DoubleView c);

  /**
   * C ← C + A·B in double, for blocks that stay in the first-level cache; chains as in {@link
   * #multiplyPanels(float[], float[], int, int, MatrixView)}.
   *
   * @param a [rows, depth], read
   * @param b [depth, cols], read
   * @param c [rows, cols], read and written; shares no element with a or b
   */
  void multiplyAdd(DoubleView a, DoubleView b, DoubleView c);

  /**
   * Fits x ≈ scale·q − offset in every lane, q integers in [0, top], offset not negative: weighted
   * least squares for the codes of several ranges, each starting from the smallest value of the
   * best fit before it, of which the one with the smallest error is kept. Products and sums are
   * rounded one by one, over ascending rows, as ggml's encoders do.
   *
   * @param search ranges to try
   * @param x values, one row per element of a cell, one lane per cell, finite; read
   * @param w weights of the errors, of the same shape, not negative; read
   * @param lanes number of cells, a multiple of 16
   * @param scale written, one per lane; 0 where all values are equal and not positive
   * @param offset written, one per lane
   * @see <a href="https://github.com/ggml-org/llama.cpp">ggml-quants.c, make_qkx2_quants</a>
   */
  void fitAffine(
      AffineSearch search, float[][] x, float[][] w, int lanes, float[] scale, float[] offset);

  /**
   * Rounds every value to its nearest code for given scales and offsets and sums up moments and
   * errors, one chain of fused multiply-adds per lane over ascending rows.
   *
   * <p>The code is the integer of [0, top] nearest to (x + offset) · (1 / scale), 0 where the scale
   * is 0.
   *
   * @param top largest code, in [1, 255]
   * @param x values, as in {@link #fitAffine}; read
   * @param w weights of the errors; read
   * @param lanes number of cells, a multiple of 16
   * @param scale one per lane, not negative; read
   * @param offset one per lane; read
   * @param moments written
   */
  void measureAffine(
      int top,
      float[][] x,
      float[][] w,
      int lanes,
      float[] scale,
      float[] offset,
      CodeMoments moments);

  /**
   * One step of coordinate descent on tr(R·G·Rᵀ) for one channel of several rows: each lane's code
   * goes to the one nearest to its best value, value(c) + (R·G) / G[channel, channel], where that
   * surely lowers the objective, as {@link DescentLanes#move} decides.
   *
   * @param lanes read and written; doubts are written
   * @param grid of the channel in each lane
   * @param channel the same in all lanes
   * @param product holds R·G at the channel, one per lane, finite; read
   * @param from where they begin
   * @param step what each residual changed by, written
   * @param to where to begin
   * @return number of lanes that moved
   */
  int descend(
      DescentLanes lanes,
      GridLanes grid,
      DescentChannel channel,
      float[] product,
      int from,
      float[] step,
      int to);

  /** Values in a cell of {@link #extremes} and {@link #nibbles}. */
  int NIBBLE_CELL = 32;

  /**
   * The first value with the largest magnitude of every cell, 0 if all are 0 or -0; a NaN counts as
   * larger than infinity.
   *
   * @param x values, one cell of {@link #NIBBLE_CELL} after the other from {@code offset} on; read
   * @param cells number of cells
   * @param extreme written, one per cell
   */
  void extremes(float[] x, int offset, int cells, float[] extreme);

  /**
   * Rounds cells to codes of four bits, min(15, ⌊x · inverse + 8.5⌋), product and sum rounded one
   * by one, as ggml's encoder does. Codes i and 16 + i of a cell share its byte i, the first in the
   * low half.
   *
   * @param x values as in {@link #extremes}, finite; read
   * @param cells number of cells
   * @param inverse one per cell, such that |x · inverse| is less than 8.25; read
   * @param bytes 16 for each cell, written
   * @param at where the first cell's begin
   * @param stride from where a cell's begin to where the next one's do
   * @see <a href="https://github.com/ggml-org/llama.cpp">ggml-quants.c, quantize_row_q4_0_ref</a>
   */
  void nibbles(float[] x, int offset, int cells, float[] inverse, byte[] bytes, int at, int stride);
}
