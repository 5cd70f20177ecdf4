package io.halftone.simd;

import static io.halftone.simd.Species.DOUBLES;
import static io.halftone.simd.Species.FLOATS;

import io.halftone.core.kernel.AffineSearch;
import io.halftone.core.kernel.CodeMoments;
import io.halftone.core.kernel.DescentChannel;
import io.halftone.core.kernel.DescentLanes;
import io.halftone.core.kernel.DoubleView;
import io.halftone.core.kernel.GridLanes;
import io.halftone.core.kernel.Kernels;
import io.halftone.core.kernel.Lanes;
import io.halftone.core.tensor.MatrixView;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The kernels with the Vector API; the same bits as the scalar ones for every vector width. */
public final class VectorKernels implements Kernels {
  private static final int LANES = FLOATS.length();

  /** Creates the kernels; they hold no state. */
  public VectorKernels() {}

  @Override
  public String name() {
    return "vector-" + FLOATS.vectorBitSize();
  }

  @Override
  public float dot(float[] x, int xOffset, float[] y, int yOffset, int length) {
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int whole = length - length % Lanes.COUNT;
    for (int i = 0; i < whole; i += Lanes.COUNT) {
      s0 = load(x, xOffset + i).fma(load(y, yOffset + i), s0);
      if (LANES <= 8) {
        s1 = load(x, xOffset + i + LANES).fma(load(y, yOffset + i + LANES), s1);
      }
      if (LANES <= 4) {
        s2 = load(x, xOffset + i + 2 * LANES).fma(load(y, yOffset + i + 2 * LANES), s2);
        s3 = load(x, xOffset + i + 3 * LANES).fma(load(y, yOffset + i + 3 * LANES), s3);
      }
    }
    float[] lanes = new float[Lanes.COUNT];
    s0.intoArray(lanes, 0);
    if (LANES <= 8) {
      s1.intoArray(lanes, LANES);
    }
    if (LANES <= 4) {
      s2.intoArray(lanes, 2 * LANES);
      s3.intoArray(lanes, 3 * LANES);
    }
    for (int i = whole; i < length; i++) {
      lanes[i - whole] = Math.fma(x[xOffset + i], y[yOffset + i], lanes[i - whole]);
    }
    return Lanes.fold(lanes);
  }

  @Override
  public void axpy(float alpha, float[] x, int xOffset, float[] y, int yOffset, int length) {
    FloatVector factor = FloatVector.broadcast(FLOATS, alpha);
    int i = 0;
    for (; i <= length - LANES; i += LANES) {
      factor.fma(load(x, xOffset + i), load(y, yOffset + i)).intoArray(y, yOffset + i);
    }
    for (; i < length; i++) {
      y[yOffset + i] = Math.fma(alpha, x[xOffset + i], y[yOffset + i]);
    }
  }

  @Override
  public void addRows(float[] a, int aOffset, MatrixView x, float[] y, int yOffset) {
    RowSums.add(a, aOffset, x, y, yOffset);
  }

  @Override
  public void axpy(double alpha, double[] x, int xOffset, double[] y, int yOffset, int length) {
    DoubleVector factor = DoubleVector.broadcast(DOUBLES, alpha);
    int lanes = DOUBLES.length();
    int i = 0;
    for (; i <= length - lanes; i += lanes) {
      DoubleVector xs = DoubleVector.fromArray(DOUBLES, x, xOffset + i);
      DoubleVector ys = DoubleVector.fromArray(DOUBLES, y, yOffset + i);
      factor.fma(xs, ys).intoArray(y, yOffset + i);
    }
    for (; i < length; i++) {
      y[yOffset + i] = Math.fma(alpha, x[xOffset + i], y[yOffset + i]);
    }
  }

  @Override
  public void add(float[] x, int xOffset, double[] y, int yOffset, int length) {
    // both halves of a vector, for a second shape would make the tiles' vectors objects on the heap
    int i = 0;
    for (; i <= length - LANES; i += LANES) {
      FloatVector values = load(x, xOffset + i);
      addHalf(values, 0, y, yOffset + i);
      addHalf(values, 1, y, yOffset + i + LANES / 2);
    }
    for (; i < length; i++) {
      y[yOffset + i] += x[xOffset + i];
    }
  }

  private static void addHalf(FloatVector values, int half, double[] y, int offset) {
    DoubleVector doubles = (DoubleVector) values.convertShape(VectorOperators.F2D, DOUBLES, half);
    DoubleVector.fromArray(DOUBLES, y, offset).add(doubles).intoArray(y, offset);
  }

  @Override
  public void range(float[] x, int offset, int length, float[] min, float[] max, int target) {
    float smallest = x[offset];
    float largest = smallest;
    int i = 0;
    if (length >= LANES) {
      FloatVector low = load(x, offset);
      FloatVector high = low;
      for (i = LANES; i <= length - LANES; i += LANES) {
        FloatVector values = load(x, offset + i);
        low = low.min(values);
        high = high.max(values);
      }
      float[] lanes = new float[2 * LANES];
      low.intoArray(lanes, 0);
      high.intoArray(lanes, LANES);
      for (int lane = 0; lane < LANES; lane++) {
        smallest = Math.min(smallest, lanes[lane]);
        largest = Math.max(largest, lanes[LANES + lane]);
      }
    }
    for (; i < length; i++) {
      smallest = Math.min(smallest, x[offset + i]);
      largest = Math.max(largest, x[offset + i]);
    }
    min[target] = smallest;
    max[target] = largest;
  }

  @Override
  public float squaredResiduals(
      float[] x, int offset, int length, float unit, float scale, float shift, int low, int high) {
    return GridResiduals.squared(x, offset, length, unit, scale, shift, low, high);
  }

  @Override
  public int rowStep() {
    return FloatTiles.ROWS;
  }

  @Override
  public int leftLength(int rows, int depth) {
    return Math.multiplyExact(rows, depth);
  }

  @Override
  public int rightLength(int depth, int cols) {
    int strip = FloatTiles.STRIP;
    return Math.multiplyExact(depth, (cols + strip - 1) / strip * strip);
  }

  @Override
  public void packLeft(MatrixView a, float[] left) {
    FloatPanels.packLeft(a, left);
  }

  @Override
  public void packLeftTransposed(MatrixView a, float[] left) {
    FloatPanels.packLeftTransposed(a, left);
  }

  @Override
  public void packRight(MatrixView b, float[] right, int at) {
    FloatPanels.packRight(b, right, at);
  }

  @Override
  public void packRightTransposed(MatrixView b, float[] right, int at) {
    FloatPanels.packRightTransposed(b, right, at);
  }

  @Override
  public void packLeft(
      float[] right, int at, int cols, int first, int rows, int depth, float[] left) {
    FloatPanels.packLeft(right, at, first, rows, depth, left);
  }

  @Override
  public void multiplyPanels(
      float[] left, float[] right, int at, int cols, int first, int depth, MatrixView c) {
    FloatPanels.multiply(left, right, at + first * depth, depth, c);
  }

  @Override
  public void packLeft(DoubleView a, double[] left) {
    DoublePanels.packLeft(a, left);
  }

  @Override
  public void packLeftTransposed(DoubleView a, double[] left) {
    DoublePanels.packLeftTransposed(a, left);
  }

  @Override
  public void packRight(DoubleView b, double[] right, int at) {
    DoublePanels.packRight(b, right, at);
  }

  @Override
  public void packRightTransposed(DoubleView b, double[] right, int at) {
    DoublePanels.packRightTransposed(b, right, at);
  }

  @Override
  public void multiplyPanels(double[] left, double[] right, int at, int depth, DoubleView c) {
    DoublePanels.multiply(left, right, at, depth, c);
  }

  @Override
  public void multiplyAdd(DoubleView a, DoubleView b, DoubleView c) {
    DoubleBlocks.multiplyAdd(a, b, c);
  }

  private static FloatVector load(float[] values, int offset) {
    return FloatVector.fromArray(FLOATS, values, offset);
  }

  @Override
  public void fitAffine(
      AffineSearch search, float[][] x, float[][] w, int lanes, float[] scale, float[] offset) {
    AffineLanes[] four = new AffineLanes[4];
    for (int i = 0; i < four.length; i++) {
      four[i] = new AffineLanes(search, x, w);
    }
    int fours = lanes - lanes % (4 * LANES);
    for (int at = 0; at < fours; at += 4 * LANES) {
      AffineLanes.fit(four, at, scale, offset);
    }
    for (int at = fours; at < lanes; at += LANES) {
      four[0].fit(at, scale, offset);
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
    float[] inverse = new float[lanes];
    for (int lane = 0; lane < lanes; lane++) {
      inverse[lane] = scale[lane] > 0 ? 1 / scale[lane] : 0;
    }
    for (int at = 0; at < lanes; at += LANES) {
      measure(top, x, w, at, load(inverse, at), load(scale, at), load(offset, at), moments);
    }
  }

  private static void measure(
      int top,
      float[][] x,
      float[][] w,
      int at,
      FloatVector inverse,
      FloatVector scale,
      FloatVector offset,
      CodeMoments moments) {
    FloatVector q = FloatVector.zero(FLOATS);
    FloatVector qq = FloatVector.zero(FLOATS);
    FloatVector qx = FloatVector.zero(FLOATS);
    FloatVector error = FloatVector.zero(FLOATS);
    for (int l = 0; l < x.length; l++) {
      FloatVector value = load(x[l], at);
      FloatVector weight = load(w[l], at);
      FloatVector code = NearestCodes.of(value.add(offset).mul(inverse), top);
      FloatVector weighted = weight.mul(code);
      FloatVector difference = scale.mul(code).sub(offset).sub(value);
      q = q.add(weighted);
      qq = weighted.fma(code, qq);
      qx = weighted.fma(value, qx);
      error = weight.mul(difference).fma(difference, error);
    }
    q.intoArray(moments.q(), at);
    qq.intoArray(moments.qq(), at);
    qx.intoArray(moments.qx(), at);
    error.intoArray(moments.error(), at);
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
    return DescentSteps.descend(lanes, grid, channel, product, from, step, to);
  }

  @Override
  public void extremes(float[] x, int offset, int cells, float[] extreme) {
    NibbleVectors.extremes(x, offset, cells, extreme);
  }

  @Override
  public void nibbles(
      float[] x, int offset, int cells, float[] inverse, byte[] bytes, int at, int stride) {
    NibbleVectors.nibbles(x, offset, cells, inverse, bytes, at, stride);
  }
}
