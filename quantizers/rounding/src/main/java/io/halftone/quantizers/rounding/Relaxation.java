package io.halftone.quantizers.rounding;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.GridRounding;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;

/**
 * Leaves a local optimum: one sweep of coordinate descent over real values, off the grid, and one
 * that rounds every weight back onto it. The error may rise; descent over codes is to follow.
 */
final class Relaxation {
  private static final int BLOCK = 128;

  /** Where one coordinate moves. */
  @FunctionalInterface
  private interface Move {
    float value(int row, int column, float best);
  }

  private final FloatMatrix target;
  private final DescentGram gram;
  private final GridTensor start;
  private final Compute compute;
  private final FloatMatrix residual;
  private final short[] codes;

  private Relaxation(FloatMatrix target, DescentGram gram, GridTensor start, Compute compute) {
    this.target = target;
    this.gram = gram;
    this.start = start;
    this.compute = compute;
    this.codes = start.codes().values().clone();
    this.residual = start.decode();
    for (int i = 0; i < codes.length; i++) {
      residual.data()[i] = target.data()[i] - residual.data()[i];
    }
  }

  /**
   * The point reached from {@code start}, on its grid.
   *
   * @param target [out, in], read
   */
  static GridTensor around(
      FloatMatrix target, DescentGram gram, GridTensor start, Compute compute) {
    Relaxation relaxation = new Relaxation(target, gram, start, compute);
    relaxation.sweep((row, column, best) -> best);
    relaxation.sweep(relaxation::rounded);
    Codes reached = new Codes(target.rows(), target.cols(), start.codes().bits(), relaxation.codes);
    return new GridTensor(start.scheme(), reached, start.grid());
  }

  private float rounded(int row, int column, float best) {
    NumberFormat format = start.scheme().format();
    CellLayout layout = start.grid().layout();
    int cell = layout.cell(row, column);
    float scale = start.grid().scale()[cell];
    float zero = start.grid().zero()[cell];
    int code = GridRounding.code(format, best, scale, zero);
    codes[target.offset(row) + column] = (short) code;
    return GridRounding.value(format, code, scale, zero);
  }

  private void sweep(Move move) {
    for (int start = 0; start < gram.size(); start += BLOCK) {
      int from = start;
      int to = Math.min(gram.size(), start + BLOCK);
      FloatMatrix product = FloatMatrix.zeros(target.rows(), to - from);
      compute
          .algebra()
          .multiplyAdd(
              MatrixView.of(residual),
              MatrixView.of(gram.rounded(), 0, from, gram.size(), to - from),
              MatrixView.of(product));
      compute.parallel(target.rows(), r -> sweepRow(r, from, product, move));
    }
  }

  private void sweepRow(int r, int from, FloatMatrix product, Move move) {
    int width = product.cols();
    int products = product.offset(r);
    for (int b = 0; b < width; b++) {
      int j = from + b;
      if (gram.isAlive(j)) {
        int at = target.offset(r) + j;
        int line = j * gram.size() + j;
        float w = target.data()[at];
        float best =
            w - residual.data()[at] + product.data()[products + b] / gram.rounded().data()[line];
        float after = w - move.value(r, j, best);
        float step = after - residual.data()[at];
        residual.data()[at] = after;
        compute
            .kernels()
            .axpy(
                step,
                gram.rounded().data(),
                line + 1,
                product.data(),
                products + b + 1,
                width - b - 1);
      }
    }
  }
}
