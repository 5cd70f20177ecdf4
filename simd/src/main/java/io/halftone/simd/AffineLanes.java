package io.halftone.simd;

import static io.halftone.simd.Species.FLOATS;

import io.halftone.core.kernel.AffineSearch;
import io.halftone.core.kernel.AffineSearch.Norm;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link io.halftone.core.kernel.Kernels#fitAffine} a vector of cells at a time.
 *
 * <p>What the steps hand each other lies in arrays one vector long: vectors that cross a method
 * would be objects whenever the compiler does not merge the methods.
 */
final class AffineLanes {
  private static final int LANES = FLOATS.length();

  private final AffineSearch search;
  private final float[][] x;
  private final float[][] w;
  private final float[] greatest = new float[LANES];
  private final float[] least = new float[LANES];
  private final float[] scale = new float[LANES];
  private final float[] inverse = new float[LANES];
  private final float[] sumW = new float[LANES];
  private final float[] sumX = new float[LANES];
  private final float[] sumQ = new float[LANES];
  private final float[] sumQq = new float[LANES];
  private final float[] sumQx = new float[LANES];
  private final float[] triedLeast = new float[LANES];
  private final float[] triedScale = new float[LANES];
  private final float[] determinant = new float[LANES];
  private final float[] cellX;
  private final float[] cellW;
  private final float[] code;
  private final float[] error = new float[LANES];
  private final float[] best = new float[LANES];

  AffineLanes(AffineSearch search, float[][] x, float[][] w) {
    this.search = search;
    this.x = x;
    this.w = w;
    cellX = new float[x.length * LANES];
    cellW = new float[cellX.length];
    code = new float[cellX.length];
  }

  void fit(int at, float[] scales, float[] offsets) {
    start(at);
    for (int range = 0; range <= search.last(); range++) {
      tryRange(range);
      error();
      keep();
    }
    store(at, scales, offsets);
  }

  /**
   * Fits four vectors from {@code at} on. A range waits for what became of the one before it, so
   * the loops over cells work on two vectors each: the errors of one, the moments of the other.
   */
  static void fit(AffineLanes[] four, int at, float[] scales, float[] offsets) {
    AffineLanes a = four[0];
    AffineLanes b = four[1];
    AffineLanes c = four[2];
    AffineLanes d = four[3];
    for (int i = 0; i < four.length; i++) {
      four[i].start(at + i * LANES);
    }
    a.tryRange(0);
    c.tryRange(0);
    int last = a.search.last();
    for (int range = 0; range < last; range++) {
      judge(a, b, range);
      judge(c, d, range);
      judge(b, a, range + 1);
      judge(d, c, range + 1);
    }
    judge(a, b, last);
    judge(c, d, last);
    b.error();
    b.keep();
    d.error();
    d.keep();
    for (int i = 0; i < four.length; i++) {
      four[i].store(at + i * LANES, scales, offsets);
    }
  }

  /** Decides on what one vector tried last while another tries a range. */
  private static void judge(AffineLanes judged, AffineLanes trying, int range) {
    trying.invert(trying.search.steps(range));
    errorBesideMoments(judged, trying);
    judged.keep();
    trying.solve();
  }

  private static void errorBesideMoments(AffineLanes judged, AffineLanes trying) {
    FloatVector step = load(judged.triedScale);
    FloatVector offset = load(judged.triedLeast);
    FloatVector sum = FloatVector.zero(FLOATS);
    FloatVector inv = load(trying.inverse);
    FloatVector low = load(trying.least);
    FloatVector q = FloatVector.zero(FLOATS);
    FloatVector qq = FloatVector.zero(FLOATS);
    FloatVector qx = FloatVector.zero(FLOATS);
    int top = trying.search.top();
    boolean absolute = judged.search.norm() == Norm.ABSOLUTE;
    for (int i = 0; i < judged.cellX.length; i += LANES) {
      FloatVector difference =
          step.mul(load(judged.code, i)).add(offset).sub(load(judged.cellX, i));
      FloatVector size = absolute ? difference.abs() : difference.mul(difference);
      sum = sum.add(load(judged.cellW, i).mul(size));
      FloatVector xs = load(trying.cellX, i);
      FloatVector codes = NearestCodes.of(inv.mul(xs.sub(low)), top);
      codes.intoArray(trying.code, i);
      FloatVector weighted = load(trying.cellW, i).mul(codes);
      q = q.add(weighted);
      qq = qq.add(weighted.mul(codes));
      qx = qx.add(weighted.mul(xs));
    }
    sum.intoArray(judged.error, 0);
    q.intoArray(trying.sumQ, 0);
    qq.intoArray(trying.sumQq, 0);
    qx.intoArray(trying.sumQx, 0);
  }

  private void start(int at) {
    sums(at);
    for (int i = 0; i < LANES; i++) {
      inverse[i] = search.top() / (greatest[i] - least[i]);
      triedScale[i] = 1 / inverse[i];
      triedLeast[i] = least[i];
    }
    moments();
    error();
    for (int i = 0; i < LANES; i++) {
      boolean constant = greatest[i] == least[i];
      scale[i] = constant ? 0 : triedScale[i];
      best[i] = constant ? Float.NEGATIVE_INFINITY : error[i];
    }
  }

  private void tryRange(int range) {
    invert(search.steps(range));
    moments();
    solve();
  }

  private void store(int at, float[] scales, float[] offsets) {
    load(scale).intoArray(scales, at);
    load(least).neg().intoArray(offsets, at);
  }

  private void sums(int at) {
    gather(at);
    FloatVector low = load(cellX, 0);
    FloatVector high = low;
    FloatVector weights = load(cellW, 0);
    FloatVector weighted = weights.mul(low);
    low = low.min(0);
    for (int i = LANES; i < cellX.length; i += LANES) {
      FloatVector xs = load(cellX, i);
      FloatVector ws = load(cellW, i);
      low = low.min(xs);
      high = high.max(xs);
      weights = weights.add(ws);
      weighted = weighted.add(ws.mul(xs));
    }
    low.intoArray(least, 0);
    high.intoArray(greatest, 0);
    weights.intoArray(sumW, 0);
    weighted.intoArray(sumX, 0);
  }

  /** Puts the cells' values one row behind the other: all ranges read them. */
  private void gather(int at) {
    for (int l = 0; l < x.length; l++) {
      load(x[l], at).intoArray(cellX, l * LANES);
      load(w[l], at).intoArray(cellW, l * LANES);
    }
  }

  private void invert(float steps) {
    FloatVector.broadcast(FLOATS, steps).div(load(greatest).sub(load(least))).intoArray(inverse, 0);
  }

  private void moments() {
    FloatVector inv = load(inverse);
    FloatVector low = load(least);
    FloatVector q = FloatVector.zero(FLOATS);
    FloatVector qq = FloatVector.zero(FLOATS);
    FloatVector qx = FloatVector.zero(FLOATS);
    int top = search.top();
    for (int i = 0; i < cellX.length; i += LANES) {
      FloatVector xs = load(cellX, i);
      FloatVector codes = NearestCodes.of(inv.mul(xs.sub(low)), top);
      codes.intoArray(code, i);
      FloatVector weighted = load(cellW, i).mul(codes);
      q = q.add(weighted);
      qq = qq.add(weighted.mul(codes));
      qx = qx.add(weighted.mul(xs));
    }
    q.intoArray(sumQ, 0);
    qq.intoArray(sumQq, 0);
    qx.intoArray(sumQx, 0);
  }

  private void solve() {
    FloatVector q = load(sumQ);
    FloatVector qq = load(sumQq);
    FloatVector qx = load(sumQx);
    FloatVector ws = load(sumW);
    FloatVector xs = load(sumX);
    FloatVector det = ws.mul(qq).sub(q.mul(q));
    FloatVector low = qq.mul(xs).sub(q.mul(qx)).div(det);
    FloatVector step = ws.mul(qx).sub(xs.mul(q)).div(det);
    VectorMask<Float> above = low.compare(VectorOperators.GT, 0);
    if (above.anyTrue()) {
      step = step.blend(qx.div(qq), above);
      low = low.blend(0, above);
    }
    step.intoArray(triedScale, 0);
    low.intoArray(triedLeast, 0);
    det.intoArray(determinant, 0);
  }

  /** Σ w·|scale·q + least − x|, or squares, of the codes q of a range. */
  private void error() {
    FloatVector step = load(triedScale);
    FloatVector offset = load(triedLeast);
    FloatVector sum = FloatVector.zero(FLOATS);
    boolean absolute = search.norm() == Norm.ABSOLUTE;
    for (int i = 0; i < cellX.length; i += LANES) {
      FloatVector difference = step.mul(load(code, i)).add(offset).sub(load(cellX, i));
      FloatVector size = absolute ? difference.abs() : difference.mul(difference);
      sum = sum.add(load(cellW, i).mul(size));
    }
    sum.intoArray(error, 0);
  }

  private void keep() {
    FloatVector found = load(error);
    FloatVector old = load(best);
    VectorMask<Float> better =
        found
            .compare(VectorOperators.LT, old)
            .and(load(determinant).compare(VectorOperators.GT, 0));
    old.blend(found, better).intoArray(best, 0);
    load(scale).blend(load(triedScale), better).intoArray(scale, 0);
    load(least).blend(load(triedLeast), better).intoArray(least, 0);
  }

  private static FloatVector load(float[] lanes) {
    return FloatVector.fromArray(FLOATS, lanes, 0);
  }

  private static FloatVector load(float[] row, int at) {
    return FloatVector.fromArray(FLOATS, row, at);
  }
}
