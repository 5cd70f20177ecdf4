package io.halftone.quantizers.rounding;

import io.halftone.core.format.IntFormat;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.Kernels;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.GridRounding;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.spi.LayerSize;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Cyclic coordinate descent on tr(R·G·Rᵀ), R = target − Ŵ, over the codes of a fixed grid.
 *
 * <p>The products P = R·G are formed once by a matrix product. A sweep goes through blocks of
 * columns: a code that changes moves its row of P inside the block at once, and the rest of the row
 * when the block is done, one multiple of a row of G for each change where few codes changed, one
 * matrix product where many did; either way in the same order. A sweep therefore costs one look at
 * every element and O(in) per code that changes, and never much more than a product. A row of P
 * that has been moved often is formed anew before the next sweep, so that rounding errors do not
 * pile up. A code changes only if the objective falls: float arithmetic decides where its error
 * bound permits, else the change is computed in double. Rows are independent; a row in which a
 * sweep on products formed anew changed nothing is finished.
 */
final class CoordinateDescent {
  private static final double HALF_ULP = 0x1p-24;
  private static final double DOUBLE_NOISE = 0x1p-40;

  /** Columns of a block: rows of G for a block, as wide as the block, stay in the cache. */
  private static final int BLOCK = 256;

  /** So many times faster is an operation in a matrix product than one on single rows. */
  private static final int PRODUCT_SPEED = 8;

  /** Less than half a step: a best value this close to the present one rounds to the same code. */
  private static final float SURELY_SAME = 0.49f;

  /** Zero points up to here leave the rounding errors of a code below 0.01 steps. */
  private static final float FARTHEST_ZERO = 1024;

  private final Compute compute;
  private final DescentGram gram;
  private final FloatMatrix target;
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
   * Starts from a feasible point; channels that were never active are rounded to nearest.
   *
   * @param target [out, in], read
   * @param start codes and grid, read
   */
  CoordinateDescent(FloatMatrix target, DescentGram gram, GridTensor start, Compute compute) {
    this.compute = compute;
    this.gram = gram;
    this.target = target;
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
    this.active = IntStream.range(0, target.rows()).toArray();
    this.stale = active;
    compute.parallel(
        target.rows(),
        r -> {
          roundDeadChannels(r);
          formResidual(r);
        });
  }

  /**
   * Bytes of a run at its peak: its codes and those it returns, residuals, products, changes of a
   * block, and of the rows whose products are formed anew residuals and products once more.
   */
  static long workingBytes(LayerSize layer) {
    return (2 * Short.BYTES + 4 * Float.BYTES) * layer.weights()
        + Float.BYTES * (BLOCK * layer.out() + layer.cells());
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

  /** Runs sweeps until the given number is reached or nothing changes; once only. */
  CoordinateDescent run(int sweeps) {
    for (int sweep = 0; sweep < sweeps && active.length > 0; sweep++) {
      sweep(sweep == sweeps - 1);
    }
    return this;
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
    if (rows.length == target.rows()) {
      formAllProducts();
    } else {
      FloatMatrix fresh = compute.algebra().multiply(gather(rows), gram.rounded());
      compute.parallel(
          rows.length,
          i -> {
            int at = product.offset(rows[i]);
            System.arraycopy(fresh.data(), fresh.offset(i), product.data(), at, fresh.cols());
          });
    }
    compute.parallel(
        rows.length,
        i -> {
          moves[rows[i]] = 0;
          spread[rows[i]] = spreadOf(rows[i]);
        });
  }

  /** The same in place. */
  private void formAllProducts() {
    compute.parallel(
        target.rows(),
        r -> {
          int row = product.offset(r);
          Arrays.fill(product.data(), row, row + product.cols(), 0);
        });
    compute
        .algebra()
        .multiplyAdd(
            MatrixView.of(residual), MatrixView.of(gram.rounded()), MatrixView.of(product));
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
    int[] count = new int[target.rows()];
    compute.parallel(
        active.length,
        i -> {
          int r = active[i];
          count[r] = descend(r, from, to, steps);
          changed[r] |= count[r] > 0;
        });
    long changes = IntStream.of(count).sum();
    if (active.length == target.rows()
        && changes * PRODUCT_SPEED > (long) target.rows() * (to - from)) {
      multiply(steps, from, to, kept, from);
      multiply(steps, from, to, to, gram.size());
    } else {
      compute.parallel(active.length, i -> moveRow(active[i], steps, from, to, kept));
    }
  }

  /** P[:, first..last) ← P[:, first..last) + S·G[from..to, first..last). */
  private void multiply(MatrixView steps, int from, int to, int first, int last) {
    compute
        .algebra()
        .multiplyAdd(
            steps,
            MatrixView.of(gram.rounded(), from, first, to - from, last - first),
            MatrixView.of(product, 0, first, product.rows(), last - first));
  }

  /** The same for one row, at a cost in proportion to its changes. */
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
   * @return number of codes that changed
   */
  private int descend(int r, int from, int to, MatrixView steps) {
    int row = product.offset(r);
    int stepsRow = steps.offset() + r * steps.stride();
    Arrays.fill(steps.data(), stepsRow, stepsRow + steps.cols(), 0);
    int changes = 0;
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
            changes++;
          }
        }
      }
      start = end;
    }
    return changes;
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
    double bound = 2 * Math.abs(step) * gram.coupling()[j] * (spread[r] + Math.sqrt(moved[r]));
    double noise = 2 * roundings(gram.size() + moves[r] + 1) * HALF_ULP;
    if (gain(step, p, gram.diagonal()[j]) <= noise * bound
        && gain(step, gram.product(residual, r, j), gram.exact().get(j, j))
            <= DOUBLE_NOISE * bound) {
      return 0;
    }
    moved[r] += step * step * gram.diagonal()[j];
    codes[at] = (short) code;
    residual.data()[at] = after;
    moves[r]++;
    return (float) -step;
  }

  /**
   * How many rounding errors may add up in a chain of so many operations: all of them in the worst
   * case, six times the root of their number with a probability of 1 − 2·exp(−18).
   *
   * @see <a href="https://doi.org/10.1137/18M1226312">Higham and Mary, A New Approach to
   *     Probabilistic Rounding Error Analysis, 2019, theorem 3.1</a>
   */
  private static double roundings(int operations) {
    return Math.min(operations, 6 * Math.sqrt(operations));
  }

  private static double gain(double step, double product, double diagonal) {
    return step * (2 * product - step * diagonal);
  }

  /**
   * √(Σ R[k]²·G[k, k]): times {@link DescentGram#coupling} a bound of Σ |R[k]·G[k, j]|, whose
   * multiples bound the rounding errors of R·G. The moves of a sweep add a sum of the same kind.
   */
  private double spreadOf(int r) {
    double sum = 0;
    int offset = residual.offset(r);
    for (int k = 0; k < gram.size(); k++) {
      double value = residual.data()[offset + k];
      sum += value * value * gram.diagonal()[k];
    }
    return Math.sqrt(sum);
  }

  private void roundDeadChannels(int r) {
    for (int j = 0; j < gram.size(); j++) {
      if (!gram.isAlive(j)) {
        int cell = layout.cell(r, j);
        codes[target.offset(r) + j] =
            (short) GridRounding.code(format, target.get(r, j), scale[cell], zero[cell]);
      }
    }
  }

  private void formResidual(int r) {
    for (int j = 0; j < target.cols(); j++) {
      int cell = layout.cell(r, j);
      int at = target.offset(r) + j;
      residual.data()[at] =
          target.data()[at] - GridRounding.value(format, codes[at], scale[cell], zero[cell]);
    }
  }

  /** The codes reached, in the form of the start. */
  GridTensor on(GridTensor start) {
    Codes reached = new Codes(target.rows(), target.cols(), format.bits(), codes.clone());
    return new GridTensor(start.scheme(), reached, start.grid());
  }
}
