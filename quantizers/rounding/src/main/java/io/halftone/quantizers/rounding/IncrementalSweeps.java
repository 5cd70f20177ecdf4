package io.halftone.quantizers.rounding;

import io.halftone.core.format.IntFormat;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.Kernels;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.GridRounding;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Sweeps of descent over codes that cost in proportion to the codes that change.
 *
 * <p>The products P = R·G are formed once by a matrix product. A sweep goes through blocks of
 * columns: a code that changes moves its row of P inside the block at once, and the rest of the row
 * when the block is done, by one multiple of a row of G. A sweep therefore costs one look at every
 * element and O(in) per code that changes. A row of P that has been moved often is formed anew
 * before the next sweep, so that rounding errors do not pile up. A row in which a sweep on products
 * formed anew changed nothing is finished.
 */
final class IncrementalSweeps {
  /** Columns of a block: rows of G for a block, as wide as the block, stay in the cache. */
  static final int BLOCK = 256;

  /** Less than half a step: a best value this close to the present one rounds to the same code. */
  private static final float SURELY_SAME = 0.49f;

  /** Zero points up to here leave the rounding errors of a code below 0.01 steps. */
  private static final float FARTHEST_ZERO = 1024;

  private final Compute compute;
  private final DescentGram gram;
  private final FloatMatrix target;
  private final GridTensor start;
  private final NumberFormat format;
  private final CellLayout layout;
  private final float[] scale;
  private final float[] zero;
  private final short[] codes;
  private final float[] reach;
  private final FloatMatrix residual;
  private final FloatMatrix product;
  private final FloatMatrix change;
  private final int[] moves;
  private final double[] spread;
  private final double[] moved;
  private int[] active;
  private int[] stale;

  /**
   * Prepares sweeps.
   *
   * @param target [out, in], read
   * @param start codes and grid, read
   * @param active rows to sweep
   */
  IncrementalSweeps(
      FloatMatrix target, DescentGram gram, GridTensor start, int[] active, Compute compute) {
    this.compute = compute;
    this.gram = gram;
    this.target = target;
    this.start = start;
    this.format = start.scheme().format();
    this.layout = start.grid().layout();
    this.scale = start.grid().scale();
    this.zero = start.grid().zero();
    this.codes = start.codes().values().clone();
    this.reach = reach();
    this.residual = FloatMatrix.zeros(target.rows(), target.cols());
    this.product = FloatMatrix.zeros(target.rows(), target.cols());
    this.change = FloatMatrix.zeros(target.rows(), Math.min(BLOCK, target.cols()));
    this.moves = new int[target.rows()];
    this.spread = new double[target.rows()];
    this.moved = new double[target.rows()];
    this.active = active;
    this.stale = active;
    compute.parallel(active.length, i -> formResidual(active[i]));
  }

  /** How far, as a multiple of G[j, j], a product may be from 0 without any effect, per cell. */
  private float[] reach() {
    float[] result = new float[scale.length];
    for (int cell = 0; cell < result.length && format instanceof IntFormat; cell++) {
      boolean near = Math.abs(zero[cell]) <= FARTHEST_ZERO;
      result[cell] = near ? SURELY_SAME * Math.abs(scale[cell]) : 0;
    }
    return result;
  }

  /**
   * Runs sweeps until the given number is reached or nothing changes; once only.
   *
   * @return the codes reached, in the form of the start
   */
  GridTensor run(int sweeps) {
    for (int sweep = 0; sweep < sweeps && active.length > 0; sweep++) {
      sweep(sweep == sweeps - 1);
    }
    Codes reached = new Codes(target.rows(), target.cols(), format.bits(), codes);
    return new GridTensor(start.scheme(), reached, start.grid());
  }

  /**
   * One pass over all columns of all unfinished rows.
   *
   * @param last whether no sweep follows, so that products of columns passed are not read again
   */
  private void sweep(boolean last) {
    formProducts(stale);
    boolean[] changed = new boolean[target.rows()];
    for (int from = 0; from < gram.size(); from += BLOCK) {
      sweepBlock(from, Math.min(gram.size(), from + BLOCK), last ? from : 0, changed);
    }
    for (int r : active) {
      spread[r] += Math.sqrt(moved[r]);
      moved[r] = 0;
    }
    int[] before = active;
    active = IntStream.of(before).filter(r -> changed[r] || moves[r] > 0).toArray();
    stale = IntStream.of(active).filter(r -> !changed[r] || moves[r] > gram.size() / 2).toArray();
  }

  /** P[r] = R[r]·G for the given rows. */
  private void formProducts(int[] rows) {
    if (rows.length == 0) {
      return;
    }
    FloatMatrix fresh = compute.algebra().multiply(gather(rows), gram.rounded());
    compute.parallel(
        rows.length,
        i -> {
          int at = product.offset(rows[i]);
          System.arraycopy(fresh.data(), fresh.offset(i), product.data(), at, fresh.cols());
        });
    compute.parallel(
        rows.length,
        i -> {
          moves[rows[i]] = 0;
          spread[rows[i]] = gram.spread(residual.data(), residual.offset(rows[i]));
        });
  }

  private FloatMatrix gather(int[] rows) {
    FloatMatrix result = FloatMatrix.zeros(rows.length, residual.cols());
    compute.parallel(
        rows.length,
        i ->
            System.arraycopy(
                residual.data(),
                residual.offset(rows[i]),
                result.data(),
                result.offset(i),
                result.cols()));
    return result;
  }

  /** Sweeps the columns [from, to) and moves the products of those from {@code kept} on. */
  private void sweepBlock(int from, int to, int kept, boolean[] changed) {
    MatrixView steps = MatrixView.of(change, 0, 0, target.rows(), to - from);
    compute.parallel(
        active.length,
        i -> {
          int r = active[i];
          if (descend(r, from, to, steps)) {
            changed[r] = true;
            moveRow(r, steps, from, to, kept);
          }
        });
  }

  /** P[r, k] ← P[r, k] + Σ S[r, j]·G[j, k] over the block's columns j, for k outside of it. */
  private void moveRow(int r, MatrixView steps, int from, int to, int kept) {
    Kernels kernels = compute.kernels();
    float[] g = gram.rounded().data();
    int row = product.offset(r);
    int stepsRow = steps.offset() + r * steps.stride();
    for (int j = from; j < to; j++) {
      float step = steps.data()[stepsRow + j - from];
      if (step != 0) {
        int line = j * gram.size();
        kernels.axpy(step, g, line + kept, product.data(), row + kept, from - kept);
        kernels.axpy(step, g, line + to, product.data(), row + to, gram.size() - to);
      }
    }
  }

  /**
   * Visits the columns of a block in one row.
   *
   * @param steps [out, to − from], what each residual of the row changed by, written
   * @return whether a code changed
   */
  private boolean descend(int r, int from, int to, MatrixView steps) {
    int row = product.offset(r);
    int stepsRow = steps.offset() + r * steps.stride();
    Arrays.fill(steps.data(), stepsRow, stepsRow + steps.cols(), 0);
    boolean any = false;
    for (int start = from; start < to; ) {
      int end = Math.min(to, (start / layout.cellCols() + 1) * layout.cellCols());
      int cell = layout.cell(r, start);
      float near = reach[cell];
      for (int j = start; j < end; j++) {
        if (!(Math.abs(product.data()[row + j]) <= near * gram.diagonal()[j]) && gram.isAlive(j)) {
          float step = improve(r, j, cell);
          if (step != 0) {
            int line = j * gram.size() + from;
            compute
                .kernels()
                .axpy(step, gram.rounded().data(), line, product.data(), row + from, to - from);
            steps.data()[stepsRow + j - from] = step;
            any = true;
          }
        }
      }
      start = end;
    }
    return any;
  }

  /**
   * Moves one code if that lowers the objective.
   *
   * @return the change of its residual, 0 if it stays
   */
  private float improve(int r, int j, int cell) {
    int at = product.offset(r) + j;
    float p = product.data()[at];
    float now = GridRounding.value(format, codes[at], scale[cell], zero[cell]);
    int code = GridRounding.code(format, now + p / gram.diagonal()[j], scale[cell], zero[cell]);
    if (code == codes[at]) {
      return 0;
    }
    float after = target.data()[at] - GridRounding.value(format, code, scale[cell], zero[cell]);
    double step = (double) residual.data()[at] - after;
    if (step == 0) {
      return 0;
    }
    double size = spread[r] + Math.sqrt(moved[r]);
    double noise = DescentGram.noise(gram.size() + moves[r]);
    if (!gram.lowers(j, step, p, noise, size)
        && !gram.lowersExactly(j, step, exactly(r, j), size)) {
      return 0;
    }
    moved[r] += step * step * gram.diagonal()[j];
    codes[at] = (short) code;
    residual.data()[at] = after;
    moves[r]++;
    return (float) -step;
  }

  private double exactly(int r, int j) {
    return gram.product(residual.data(), residual.offset(r), j);
  }

  private void formResidual(int r) {
    for (int j = 0; j < target.cols(); j++) {
      int cell = layout.cell(r, j);
      int at = target.offset(r) + j;
      residual.data()[at] =
          target.data()[at] - GridRounding.value(format, codes[at], scale[cell], zero[cell]);
    }
  }
}
