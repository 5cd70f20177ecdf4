package io.halftone.quantizers.rounding;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.GridRounding;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Cyclic coordinate descent on tr(R·G·Rᵀ), R = target − Ŵ, over the codes of a fixed grid.
 *
 * <p>Per block of columns the products R·G are formed anew by one matrix product and updated inside
 * the block, so rounding errors do not pile up over sweeps. A code changes only if the objective
 * falls: float arithmetic decides where its error bound permits, else the change is computed in
 * double. Rows are independent; a row in which a whole sweep changed nothing is finished and left
 * out of later sweeps, which changes no result.
 */
final class CoordinateDescent {
  private static final int BLOCK = 128;
  private static final double HALF_ULP = 0x1p-24;
  private static final double DOUBLE_NOISE = 0x1p-40;

  private final Compute compute;
  private final DescentGram gram;
  private final FloatMatrix target;
  private final NumberFormat format;
  private final CellLayout layout;
  private final float[] scale;
  private final float[] zero;
  private final short[] codes;
  private final double noise;
  private int[] active;
  private FloatMatrix residual;

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
    this.noise = 2 * (gram.size() + BLOCK) * HALF_ULP;
    this.active = IntStream.range(0, target.rows()).toArray();
    compute.parallel(target.rows(), this::roundDeadChannels);
    this.residual = residualOf(active);
  }

  /** Runs sweeps until the given number is reached or nothing changes. */
  CoordinateDescent run(int sweeps) {
    for (int sweep = 0; sweep < sweeps && active.length > 0; sweep++) {
      sweep();
    }
    return this;
  }

  /** One pass over all columns of all unfinished rows. */
  void sweep() {
    boolean[] changed = new boolean[active.length];
    for (int start = 0; start < gram.size(); start += BLOCK) {
      int from = start;
      int to = Math.min(gram.size(), start + BLOCK);
      FloatMatrix product = FloatMatrix.zeros(active.length, to - from);
      compute
          .algebra()
          .multiplyAdd(
              MatrixView.of(residual),
              MatrixView.of(gram.rounded(), 0, from, gram.size(), to - from),
              MatrixView.of(product));
      compute.parallel(active.length, i -> changed[i] |= descend(i, from, product));
    }
    keep(changed);
  }

  private void keep(boolean[] changed) {
    int[] positions = IntStream.range(0, changed.length).filter(i -> changed[i]).toArray();
    if (positions.length == active.length) {
      return;
    }
    active = Arrays.stream(positions).map(i -> active[i]).toArray();
    residual = residualOf(active);
  }

  private boolean descend(int i, int from, FloatMatrix product) {
    int r = active[i];
    int row = target.offset(r);
    int width = product.cols();
    int products = product.offset(i);
    int cells = layout.cell(r, 0);
    double spread = spread(i);
    boolean changed = false;
    for (int b = 0; b < width; b++) {
      int j = from + b;
      if (!gram.isAlive(j)) {
        continue;
      }
      int cell = cells + j / layout.cellCols();
      float p = product.data()[products + b];
      float diagonal = gram.rounded().data()[j * gram.size() + j];
      float now = GridRounding.value(format, codes[row + j], scale[cell], zero[cell]);
      int code = GridRounding.code(format, now + p / diagonal, scale[cell], zero[cell]);
      if (code == codes[row + j]) {
        continue;
      }
      float after =
          target.data()[row + j] - GridRounding.value(format, code, scale[cell], zero[cell]);
      int at = residual.offset(i) + j;
      double step = (double) residual.data()[at] - after;
      double bound = 2 * Math.abs(step) * gram.root()[j] * spread;
      if (gain(step, p, diagonal) > noise * bound
          || gain(step, gram.product(residual, i, j), gram.exact().get(j, j))
              > DOUBLE_NOISE * bound) {
        codes[row + j] = (short) code;
        residual.data()[at] = after;
        int right = j * gram.size() + j + 1;
        compute
            .kernels()
            .axpy(
                (float) -step,
                gram.rounded().data(),
                right,
                product.data(),
                products + b + 1,
                width - b - 1);
        changed = true;
      }
    }
    return changed;
  }

  private static double gain(double step, double product, double diagonal) {
    return step * (2 * product - step * diagonal);
  }

  /**
   * Σ |R[k]|·√G[k, k]: times √G[j, j] a bound of Σ |R[k]·G[k, j]|, whose multiples bound the
   * rounding errors of R·G.
   */
  private double spread(int i) {
    double sum = 0;
    int offset = residual.offset(i);
    for (int k = 0; k < gram.size(); k++) {
      sum += Math.abs(residual.data()[offset + k]) * gram.root()[k];
    }
    return sum;
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

  private FloatMatrix residualOf(int[] rows) {
    FloatMatrix result = FloatMatrix.zeros(rows.length, target.cols());
    compute.parallel(
        rows.length,
        i -> {
          for (int j = 0; j < target.cols(); j++) {
            int cell = layout.cell(rows[i], j);
            int at = target.offset(rows[i]) + j;
            result.data()[result.offset(i) + j] =
                target.data()[at] - GridRounding.value(format, codes[at], scale[cell], zero[cell]);
          }
        });
    return result;
  }

  /** The codes reached, in the form of the start. */
  GridTensor on(GridTensor start) {
    Codes reached = new Codes(target.rows(), target.cols(), format.bits(), codes.clone());
    return new GridTensor(start.scheme(), reached, start.grid());
  }
}
