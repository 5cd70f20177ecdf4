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

  private static final int GREATEST = 0;
  private static final int LEAST = LANES;
  private static final int SCALE = 2 * LANES;
  private static final int INVERSE = 3 * LANES;
  private static final int SUM_W = 4 * LANES;
  private static final int SUM_X = 5 * LANES;
  private static final int SUM_Q = 6 * LANES;
  private static final int SUM_QQ = 7 * LANES;
  private static final int SUM_QX = 8 * LANES;
  private static final int TRIED_LEAST = 9 * LANES;
  private static final int TRIED_SCALE = 10 * LANES;
  private static final int DETERMINANT = 11 * LANES;
  private static final int ERROR = 12 * LANES;
  private static final int BEST = 13 * LANES;
  private static final int STATE = 14;

  private static final int X = 0;
  private static final int W = LANES;
  private static final int CODE = 2 * LANES;
  private static final int CELL = 3 * LANES;

  private final AffineSearch search;
  private final float[][] x;
  private final float[][] w;
  private final float[] state = new float[STATE * LANES];
  private final float[] cells;

  AffineLanes(AffineSearch search, float[][] x, float[][] w) {
    this.search = search;
    this.x = x;
    this.w = w;
    cells = new float[x.length * CELL];
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
    FloatVector step = load(judged.state, TRIED_SCALE);
    FloatVector offset = load(judged.state, TRIED_LEAST);
    FloatVector sum = FloatVector.zero(FLOATS);
    FloatVector inv = load(trying.state, INVERSE);
    FloatVector low = load(trying.state, LEAST);
    FloatVector q = FloatVector.zero(FLOATS);
    FloatVector qq = FloatVector.zero(FLOATS);
    FloatVector qx = FloatVector.zero(FLOATS);
    int top = trying.search.top();
    boolean absolute = judged.search.norm() == Norm.ABSOLUTE;
    for (int i = 0; i < judged.cells.length; i += CELL) {
      FloatVector difference =
          step.mul(load(judged.cells, i + CODE)).add(offset).sub(load(judged.cells, i + X));
      FloatVector size = absolute ? difference.abs() : difference.mul(difference);
      sum = sum.add(load(judged.cells, i + W).mul(size));
      FloatVector xs = load(trying.cells, i + X);
      FloatVector codes = NearestCodes.of(inv.mul(xs.sub(low)), top);
      codes.intoArray(trying.cells, i + CODE);
      FloatVector weighted = load(trying.cells, i + W).mul(codes);
      q = q.add(weighted);
      qq = qq.add(weighted.mul(codes));
      qx = qx.add(weighted.mul(xs));
    }
    sum.intoArray(judged.state, ERROR);
    q.intoArray(trying.state, SUM_Q);
    qq.intoArray(trying.state, SUM_QQ);
    qx.intoArray(trying.state, SUM_QX);
  }

  private void start(int at) {
    sums(at);
    for (int i = 0; i < LANES; i++) {
      state[INVERSE + i] = search.top() / (state[GREATEST + i] - state[LEAST + i]);
      state[TRIED_SCALE + i] = 1 / state[INVERSE + i];
      state[TRIED_LEAST + i] = state[LEAST + i];
    }
    moments();
    error();
    for (int i = 0; i < LANES; i++) {
      boolean constant = state[GREATEST + i] == state[LEAST + i];
      state[SCALE + i] = constant ? 0 : state[TRIED_SCALE + i];
      state[BEST + i] = constant ? Float.NEGATIVE_INFINITY : state[ERROR + i];
    }
  }

  private void tryRange(int range) {
    invert(search.steps(range));
    moments();
    solve();
  }

  private void store(int at, float[] scales, float[] offsets) {
    load(state, SCALE).intoArray(scales, at);
    load(state, LEAST).neg().intoArray(offsets, at);
  }

  private void sums(int at) {
    gather(at);
    FloatVector low = load(cells, X);
    FloatVector high = low;
    FloatVector weights = load(cells, W);
    FloatVector weighted = weights.mul(low);
    low = low.min(0);
    for (int i = CELL; i < cells.length; i += CELL) {
      FloatVector xs = load(cells, i + X);
      FloatVector ws = load(cells, i + W);
      low = low.min(xs);
      high = high.max(xs);
      weights = weights.add(ws);
      weighted = weighted.add(ws.mul(xs));
    }
    low.intoArray(state, LEAST);
    high.intoArray(state, GREATEST);
    weights.intoArray(state, SUM_W);
    weighted.intoArray(state, SUM_X);
  }

  /** Puts the cells' values one row behind the other: all ranges read them. */
  private void gather(int at) {
    for (int l = 0; l < x.length; l++) {
      load(x[l], at).intoArray(cells, l * CELL + X);
      load(w[l], at).intoArray(cells, l * CELL + W);
    }
  }

  private void invert(float steps) {
    FloatVector.broadcast(FLOATS, steps)
        .div(load(state, GREATEST).sub(load(state, LEAST)))
        .intoArray(state, INVERSE);
  }

  private void moments() {
    FloatVector inv = load(state, INVERSE);
    FloatVector low = load(state, LEAST);
    FloatVector q = FloatVector.zero(FLOATS);
    FloatVector qq = FloatVector.zero(FLOATS);
    FloatVector qx = FloatVector.zero(FLOATS);
    int top = search.top();
    for (int i = 0; i < cells.length; i += CELL) {
      FloatVector xs = load(cells, i + X);
      FloatVector codes = NearestCodes.of(inv.mul(xs.sub(low)), top);
      codes.intoArray(cells, i + CODE);
      FloatVector weighted = load(cells, i + W).mul(codes);
      q = q.add(weighted);
      qq = qq.add(weighted.mul(codes));
      qx = qx.add(weighted.mul(xs));
    }
    q.intoArray(state, SUM_Q);
    qq.intoArray(state, SUM_QQ);
    qx.intoArray(state, SUM_QX);
  }

  private void solve() {
    FloatVector q = load(state, SUM_Q);
    FloatVector qq = load(state, SUM_QQ);
    FloatVector qx = load(state, SUM_QX);
    FloatVector ws = load(state, SUM_W);
    FloatVector xs = load(state, SUM_X);
    FloatVector det = ws.mul(qq).sub(q.mul(q));
    FloatVector low = qq.mul(xs).sub(q.mul(qx)).div(det);
    FloatVector step = ws.mul(qx).sub(xs.mul(q)).div(det);
    VectorMask<Float> above = low.compare(VectorOperators.GT, 0);
    if (above.anyTrue()) {
      step = step.blend(qx.div(qq), above);
      low = low.blend(0, above);
    }
    step.intoArray(state, TRIED_SCALE);
    low.intoArray(state, TRIED_LEAST);
    det.intoArray(state, DETERMINANT);
  }

  /** Σ w·|scale·q + least − x|, or squares, of the codes q of a range. */
  private void error() {
    FloatVector step = load(state, TRIED_SCALE);
    FloatVector offset = load(state, TRIED_LEAST);
    FloatVector sum = FloatVector.zero(FLOATS);
    boolean absolute = search.norm() == Norm.ABSOLUTE;
    for (int i = 0; i < cells.length; i += CELL) {
      FloatVector difference = step.mul(load(cells, i + CODE)).add(offset).sub(load(cells, i + X));
      FloatVector size = absolute ? difference.abs() : difference.mul(difference);
      sum = sum.add(load(cells, i + W).mul(size));
    }
    sum.intoArray(state, ERROR);
  }

  private void keep() {
    FloatVector found = load(state, ERROR);
    FloatVector old = load(state, BEST);
    VectorMask<Float> better =
        found
            .compare(VectorOperators.LT, old)
            .and(load(state, DETERMINANT).compare(VectorOperators.GT, 0));
    old.blend(found, better).intoArray(state, BEST);
    load(state, SCALE).blend(load(state, TRIED_SCALE), better).intoArray(state, SCALE);
    load(state, LEAST).blend(load(state, TRIED_LEAST), better).intoArray(state, LEAST);
  }

  private static FloatVector load(float[] row, int at) {
    return FloatVector.fromArray(FLOATS, row, at);
  }
}
