package io.halftone.simd;

import static io.halftone.simd.Species.FLOATS;

import io.halftone.core.tensor.MatrixView;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Packs panels of floats and multiplies them.
 *
 * <p>A left panel is a sequence of register tiles' rows, each holding its rows' values for k = 0,
 * 1, ... one after another. A right panel is a sequence of strips two vectors wide, each holding
 * its columns' values in the same way; the last strip is filled up with zeros.
 */
final class FloatPanels {
  private static final int LANES = FLOATS.length();
  private static final int STRIP = FloatTiles.STRIP;

  /** Rows transposed at a time: half a tall register tile. */
  private static final int TRANSPOSED_ROWS = 7;

  /** Rows of a right factor read together, so that each is read along. */
  private static final int PACKED_ROWS = 8;

  private FloatPanels() {}

  static void packLeft(MatrixView a, float[] left) {
    int depth = a.cols();
    for (int i = 0; i < a.rows(); ) {
      int height = FloatTiles.height(a.rows() - i);
      transpose(a, i, height, left, i * depth, height);
      i += height;
    }
  }

  static void packLeftTransposed(MatrixView a, float[] left) {
    int depth = a.rows();
    for (int i = 0; i < a.cols(); ) {
      int height = FloatTiles.height(a.cols() - i);
      int source = a.offset() + i;
      copyRows(a.data(), source, a.stride(), source, 0, depth, left, i * depth, height);
      i += height;
    }
  }

  /** Takes columns [first, first + rows) out of a right panel's strips. */
  static void packLeft(float[] right, int at, int first, int rows, int depth, float[] left) {
    for (int i = 0; i < rows; ) {
      int height = FloatTiles.height(rows - i);
      int col = first + i;
      int strip = col / STRIP * STRIP;
      int inNext = Math.max(0, col + height - strip - STRIP);
      int source = at + strip * depth + col - strip;
      int next = inNext == 0 ? source : at + (strip + STRIP) * depth;
      copyRows(right, source, STRIP, next, inNext, depth, left, i * depth, height);
      i += height;
    }
  }

  /**
   * Copies a register tile's rows for every k: all but the last few from one place, those from
   * another. Whole vectors are copied where there is room for them; what they hold beyond the rows
   * is overwritten by what follows.
   */
  private static void copyRows(
      float[] from,
      int source,
      int stride,
      int next,
      int inNext,
      int depth,
      float[] left,
      int target,
      int height) {
    int first = height - inNext;
    int lastRead = Math.max(source, next) + (depth - 1) * stride;
    int lastWritten = target + (depth - 1) * height + first;
    int single =
        Math.max(
            steps(lastRead + LANES - from.length, stride),
            steps(lastWritten + LANES - left.length, height));
    int whole = height > LANES ? 0 : Math.max(0, depth - single);
    if (inNext == 0) {
      for (int k = 0; k < whole; k++) {
        load(from, source + k * stride).intoArray(left, target + k * height);
      }
    } else {
      for (int k = 0; k < whole; k++) {
        FloatVector values = load(from, source + k * stride);
        FloatVector others = load(from, next + k * stride);
        values.intoArray(left, target + k * height);
        others.intoArray(left, target + k * height + first);
      }
    }
    for (int k = whole; k < depth; k++) {
      int to = target + k * height;
      System.arraycopy(from, source + k * stride, left, to, first);
      if (inNext > 0) {
        System.arraycopy(from, next + k * stride, left, to + first, inNext);
      }
    }
  }

  private static FloatVector load(float[] values, int offset) {
    return FloatVector.fromArray(FLOATS, values, offset);
  }

  /** Steps that cover an excess, none if there is none. */
  private static int steps(int excess, int step) {
    return excess <= 0 ? 0 : (excess + step - 1) / step;
  }

  static void packRight(MatrixView b, float[] right, int at) {
    int whole = b.cols() - b.cols() % STRIP;
    for (int k = 0; k < b.rows(); k += PACKED_ROWS) {
      int end = Math.min(b.rows(), k + PACKED_ROWS);
      for (int j = 0; j < whole; j += STRIP) {
        packStrip(b, j, k, end, right, at + j * b.rows());
      }
    }
    int width = b.cols() - whole;
    for (int k = 0; k < b.rows() && width > 0; k++) {
      int target = at + whole * b.rows() + k * STRIP;
      System.arraycopy(b.data(), b.offset() + k * b.stride() + whole, right, target, width);
      Arrays.fill(right, target + width, target + STRIP, 0);
    }
  }

  private static void packStrip(MatrixView b, int col, int from, int to, float[] right, int at) {
    float[] data = b.data();
    int source = b.offset() + col;
    int stride = b.stride();
    for (int k = from; k < to; k++) {
      FloatVector l = FloatVector.fromArray(FLOATS, data, source + k * stride);
      FloatVector r = FloatVector.fromArray(FLOATS, data, source + k * stride + LANES);
      l.intoArray(right, at + k * STRIP);
      r.intoArray(right, at + k * STRIP + LANES);
    }
  }

  static void packRightTransposed(MatrixView b, float[] right, int at) {
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
      MatrixView from, int row, int rows, float[] to, int at, int stride) {
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
  private static void transposeRows(MatrixView from, int row, float[] to, int at, int stride) {
    float[] data = from.data();
    int source = from.offset() + row * from.stride();
    int distance = from.stride();
    for (int c = 0; c < from.cols(); c++) {
      int target = at + c * stride;
      for (int r = 0; r < TRANSPOSED_ROWS; r++) {
        to[target + r] = data[source + c + r * distance];
      }
    }
  }

  /** By the strips that begin at an index of the array of the right panel. */
  static void multiply(float[] left, float[] right, int at, int depth, MatrixView c) {
    int whole = c.cols() - c.cols() % STRIP;
    multiplyStrips(left, right, at, depth, columns(c, 0, whole));
    if (whole < c.cols()) {
      MatrixView rest = columns(c, whole, c.cols() - whole);
      multiplyLastStrip(left, right, at + whole * depth, depth, rest);
    }
  }

  /** Whole strips: a register tile's rows stay in the first-level cache, the strips stream by. */
  private static void multiplyStrips(float[] left, float[] right, int at, int depth, MatrixView c) {
    for (int i = 0; i < c.rows(); ) {
      int height = FloatTiles.height(c.rows() - i);
      int row = c.offset() + i * c.stride();
      for (int j = 0; j < c.cols(); j += STRIP) {
        int strip = at + j * depth;
        FloatTiles.multiply(
            height, left, i * depth, right, strip, depth, c.data(), row + j, c.stride());
      }
      i += height;
    }
  }

  /** Columns that do not fill a strip go through a copy that does. */
  private static void multiplyLastStrip(
      float[] left, float[] right, int at, int depth, MatrixView c) {
    float[] copy = new float[c.rows() * STRIP];
    for (int i = 0; i < c.rows(); i++) {
      System.arraycopy(c.data(), c.offset() + i * c.stride(), copy, i * STRIP, c.cols());
    }
    multiplyStrips(left, right, at, depth, new MatrixView(copy, 0, STRIP, c.rows(), STRIP));
    for (int i = 0; i < c.rows(); i++) {
      System.arraycopy(copy, i * STRIP, c.data(), c.offset() + i * c.stride(), c.cols());
    }
  }

  private static MatrixView columns(MatrixView view, int first, int width) {
    return new MatrixView(view.data(), view.offset() + first, view.stride(), view.rows(), width);
  }
}
