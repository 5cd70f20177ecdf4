package io.halftone.simd;

import static io.halftone.simd.Species.DOUBLES;

import io.halftone.core.kernel.DoubleView;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;

/** Packs panels of doubles and multiplies them, laid out as {@link FloatPanels}. */
final class DoublePanels {
  private static final int LANES = DOUBLES.length();
  private static final int STRIP = DoubleTiles.STRIP;

  /** Rows transposed at a time: half a tall register tile. */
  private static final int TRANSPOSED_ROWS = 7;

  private DoublePanels() {}

  static void packLeft(DoubleView a, double[] left) {
    int depth = a.cols();
    for (int i = 0; i < a.rows(); ) {
      int height = DoubleTiles.height(a.rows() - i);
      transpose(a, i, height, left, i * depth, height);
      i += height;
    }
  }

  static void packLeftTransposed(DoubleView a, double[] left) {
    int depth = a.rows();
    for (int i = 0; i < a.cols(); ) {
      int height = DoubleTiles.height(a.cols() - i);
      for (int k = 0; k < depth; k++) {
        int source = a.offset() + k * a.stride() + i;
        for (int r = 0; r < height; r++) {
          left[i * depth + k * height + r] = a.data()[source + r];
        }
      }
      i += height;
    }
  }

  static void packRight(DoubleView b, double[] right, int at) {
    int whole = b.cols() - b.cols() % STRIP;
    for (int j = 0; j < whole; j += STRIP) {
      packStrip(b, j, right, at + j * b.rows());
    }
    int width = b.cols() - whole;
    for (int k = 0; k < b.rows() && width > 0; k++) {
      int target = at + whole * b.rows() + k * STRIP;
      System.arraycopy(b.data(), b.offset() + k * b.stride() + whole, right, target, width);
      Arrays.fill(right, target + width, target + STRIP, 0);
    }
  }

  private static void packStrip(DoubleView b, int col, double[] right, int at) {
    double[] data = b.data();
    int source = b.offset() + col;
    int stride = b.stride();
    for (int k = 0; k < b.rows(); k++) {
      DoubleVector l = DoubleVector.fromArray(DOUBLES, data, source + k * stride);
      DoubleVector r = DoubleVector.fromArray(DOUBLES, data, source + k * stride + LANES);
      l.intoArray(right, at + k * STRIP);
      r.intoArray(right, at + k * STRIP + LANES);
    }
  }

  static void packRightTransposed(DoubleView b, double[] right, int at) {
    int depth = b.cols();
    for (int j = 0; j < b.rows(); j += STRIP) {
      int width = Math.min(STRIP, b.rows() - j);
      transpose(b, j, width, right, at + j * depth, STRIP);
      for (int k = 0; k < depth && width < STRIP; k++) {
        int target = at + j * depth + k * STRIP;
        Arrays.fill(right, target + width, target + STRIP, 0);
      }
    }
  }

  /** to[at + c * stride + r] ← from[row + r, c], a few rows at a time. */
  private static void transpose(
      DoubleView from, int row, int rows, double[] to, int at, int stride) {
    int whole = rows - rows % TRANSPOSED_ROWS;
    for (int r = 0; r < whole; r += TRANSPOSED_ROWS) {
      transposeRows(from, row + r, to, at + r, stride);
    }
    for (int r = whole; r < rows; r++) {
      int source = from.offset() + (row + r) * from.stride();
      for (int c = 0; c < from.cols(); c++) {
        to[at + c * stride + r] = from.data()[source + c];
      }
    }
  }

  /** The loop over the rows has a fixed length, so that it is unrolled. */
  private static void transposeRows(DoubleView from, int row, double[] to, int at, int stride) {
    double[] data = from.data();
    int source = from.offset() + row * from.stride();
    int distance = from.stride();
    for (int c = 0; c < from.cols(); c++) {
      int target = at + c * stride;
      for (int r = 0; r < TRANSPOSED_ROWS; r++) {
        to[target + r] = data[source + c + r * distance];
      }
    }
  }

  /** By the panel that begins at an index of the array of the right one. */
  static void multiply(double[] left, double[] right, int at, int depth, DoubleView c) {
    int whole = c.cols() - c.cols() % STRIP;
    multiplyStrips(left, right, at, depth, columns(c, 0, whole));
    if (whole < c.cols()) {
      DoubleView rest = columns(c, whole, c.cols() - whole);
      multiplyLastStrip(left, right, at + whole * depth, depth, rest);
    }
  }

  /** Whole strips: a register tile's rows stay in the first-level cache, the strips stream by. */
  private static void multiplyStrips(
      double[] left, double[] right, int at, int depth, DoubleView c) {
    for (int i = 0; i < c.rows(); ) {
      int height = DoubleTiles.height(c.rows() - i);
      int row = c.offset() + i * c.stride();
      for (int j = 0; j < c.cols(); j += STRIP) {
        int strip = at + j * depth;
        DoubleTiles.multiply(
            height, left, i * depth, right, strip, depth, c.data(), row + j, c.stride());
      }
      i += height;
    }
  }

  /** Columns that do not fill a strip go through a copy that does. */
  private static void multiplyLastStrip(
      double[] left, double[] right, int at, int depth, DoubleView c) {
    double[] copy = new double[c.rows() * STRIP];
    for (int i = 0; i < c.rows(); i++) {
      System.arraycopy(c.data(), c.offset() + i * c.stride(), copy, i * STRIP, c.cols());
    }
    multiplyStrips(left, right, at, depth, new DoubleView(copy, 0, STRIP, c.rows(), STRIP));
    for (int i = 0; i < c.rows(); i++) {
      System.arraycopy(copy, i * STRIP, c.data(), c.offset() + i * c.stride(), c.cols());
    }
  }

  private static DoubleView columns(DoubleView view, int first, int width) {
    return new DoubleView(view.data(), view.offset() + first, view.stride(), view.rows(), width);
  }
}
