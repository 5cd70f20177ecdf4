package io.halftone.quantizers.rounding;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.GridRounding;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import io.halftone.core.transform.Permutation;

/**
 * The state of one sweep of ŵ[j] = Q(w[j] + Σ_{i &lt; j} (w[i] − ŵ[i])·U[i, j]) over the columns of
 * a weight, all rows at once.
 *
 * <p>Every compensated column is one chain over ascending i, inside blocks and across them, so the
 * block size changes speed but no bit of the result.
 */
final class ErrorFeedback {
  private final Compute compute;
  private final NumberFormat format;
  private final CellLayout layout;
  private final int[] column;
  private final FloatMatrix unitUpper;
  private final FloatMatrix weight;
  private final FloatMatrix compensated;
  private final FloatMatrix error;
  private final short[] codes;

  /**
   * Prepares a sweep.
   *
   * @param order column at each position of the sweep
   * @param unitUpper U in the permuted order, [in, in]
   */
  ErrorFeedback(LinearTask task, Permutation order, FloatMatrix unitUpper, Compute compute) {
    this.compute = compute;
    this.format = task.scheme().weight().format();
    this.layout = task.layout();
    this.column = order.order();
    this.unitUpper = unitUpper;
    this.weight = order.applyToWeight(task.weight());
    this.compensated = weight.copy();
    this.error = FloatMatrix.zeros(weight.rows(), weight.cols());
    this.codes = new short[weight.data().length];
  }

  /** Adds the errors of positions [done, from) to the compensated positions [from, to). */
  void feed(int done, int from, int to) {
    compute
        .algebra()
        .multiplyAdd(
            MatrixView.of(error, 0, done, weight.rows(), from - done),
            MatrixView.of(unitUpper, done, from, from - done, to - from),
            MatrixView.of(compensated, 0, from, weight.rows(), to - from));
  }

  /**
   * What GPTQ's eager update shows of positions [from, to) when position {@code from} is reached:
   * the best continuous values given the codes so far. {@link #feed} must have been called for
   * them.
   *
   * @return [out, to − from], a new matrix
   */
  FloatMatrix preview(int from, int to) {
    int width = to - from;
    FloatMatrix best = FloatMatrix.zeros(weight.rows(), width);
    compute.parallel(
        weight.rows(),
        r -> {
          int row = weight.offset(r) + from;
          int start = best.offset(r);
          System.arraycopy(compensated.data(), row, best.data(), start, width);
          for (int i = 0; i < width - 1; i++) {
            float moved = weight.data()[row + i] - best.data()[start + i];
            int above = unitUpper.offset(from + i) + from + i + 1;
            compute
                .kernels()
                .axpy(moved, unitUpper.data(), above, best.data(), start + i + 1, width - 1 - i);
          }
        });
    return best;
  }

  /**
   * Quantizes positions [from, to), feeding errors inside blocks at once and across blocks as one
   * product.
   *
   * @param scale per cell of the layer's layout
   * @param zero per cell of the layer's layout
   */
  void round(int from, int to, int blockSize, float[] scale, float[] zero) {
    for (int start = from; start < to; start += blockSize) {
      int begin = start;
      int end = Math.min(to, start + blockSize);
      if (begin > from) {
        feed(from, begin, end);
      }
      compute.parallel(weight.rows(), r -> roundRow(r, begin, end, scale, zero));
    }
  }

  private void roundRow(int r, int begin, int end, float[] scale, float[] zero) {
    int row = weight.offset(r);
    for (int j = begin; j < end; j++) {
      int cell = layout.cell(r, column[j]);
      int code = GridRounding.code(format, compensated.data()[row + j], scale[cell], zero[cell]);
      codes[row + column[j]] = (short) code;
      float moved =
          weight.data()[row + j] - GridRounding.value(format, code, scale[cell], zero[cell]);
      error.data()[row + j] = moved;
      compute
          .kernels()
          .axpy(
              moved,
              unitUpper.data(),
              unitUpper.offset(j) + j + 1,
              compensated.data(),
              row + j + 1,
              end - j - 1);
    }
  }

  /** The codes chosen so far, in the layer's own column order. */
  Codes codes() {
    return new Codes(weight.rows(), weight.cols(), format.bits(), codes);
  }
}
