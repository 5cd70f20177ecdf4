package io.halftone.quantizers.rounding;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridRounding;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;
import java.util.Arrays;

/**
 * Moves the scale and integer zero point of every cell to its best stored value, codes kept, under
 * tr(R·G·Rᵀ).
 *
 * <p>Cells are taken one column of cells after another; each move is made only if it lowers the
 * objective, which is computed in double from the values a decoder will read back. Cost O(out·in²)
 * in double, plus O(out·in·cell width).
 */
final class GridRefit {
  private static final int ROWS_AT_ONCE = 8;
  private static final double NOISE = 0x1p-40;

  private final Compute compute;
  private final SquareMatrix gram;
  private final TensorScheme scheme;
  private final NumberFormat format;
  private final CellLayout layout;
  private final short[] codes;
  private final float[] scale;
  private final float[] zero;
  private final double[] residual;
  private boolean moved;

  GridRefit(FloatMatrix target, SquareMatrix gram, GridTensor start, Compute compute) {
    this.compute = compute;
    this.gram = gram;
    this.scheme = start.scheme();
    this.format = scheme.format();
    this.layout = start.grid().layout();
    this.codes = start.codes().values();
    this.scale = start.grid().scale().clone();
    this.zero = start.grid().zero().clone();
    this.residual = new double[codes.length];
    float[] decoded = start.decode().data();
    for (int i = 0; i < residual.length; i++) {
      residual[i] = (double) target.data()[i] - decoded[i];
    }
  }

  /** One pass over all cells. */
  GridRefit run() {
    int columns = layout.cellsPerRow();
    for (int column = 0; column < columns; column++) {
      int from = column * layout.cellCols();
      int to = Math.min(layout.cols(), from + layout.cellCols());
      int first = column;
      double[] product = products(from, to);
      double[] ones = new double[to - from];
      Arrays.fill(ones, 1);
      double[] fromOnes = inBlock(ones, from);
      boolean[] changed = new boolean[layout.count() / columns];
      compute.parallel(
          changed.length, i -> changed[i] = refit(i, i * columns + first, from, product, fromOnes));
      for (boolean change : changed) {
        moved |= change;
      }
    }
    return this;
  }

  /** Whether any cell moved. */
  boolean hasMoved() {
    return moved;
  }

  GridTensor on(GridTensor start) {
    return new GridTensor(start.scheme(), start.codes(), new Grid(layout, scale, zero));
  }

  /** (R·G)[:, from..to) in double, row-major. */
  private double[] products(int from, int to) {
    int width = to - from;
    int in = layout.cols();
    double[] product = new double[layout.rows() * width];
    int tiles = (layout.rows() + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE;
    compute.parallel(
        tiles,
        tile -> {
          int end = Math.min(layout.rows(), (tile + 1) * ROWS_AT_ONCE);
          for (int k = 0; k < in; k++) {
            for (int r = tile * ROWS_AT_ONCE; r < end; r++) {
              compute
                  .kernels()
                  .axpy(
                      residual[r * in + k],
                      gram.values(),
                      k * in + from,
                      product,
                      r * width,
                      width);
            }
          }
        });
    return product;
  }

  private boolean refit(int cellRow, int cell, int from, double[] product, double[] fromOnes) {
    int to = from + fromOnes.length;
    int firstRow = cellRow * layout.cellRows();
    int endRow = Math.min(layout.rows(), firstRow + layout.cellRows());
    CellMoments moments = CellMoments.NONE;
    for (int r = firstRow; r < endRow; r++) {
      moments = moments.plus(moments(r, from, product, fromOnes));
    }
    float toZero = bestZero(moments, cell);
    float toScale = stored(moments, cell, toZero);
    if (toScale == scale[cell] && toZero == zero[cell]) {
      return false;
    }
    double linear = 0;
    double square = 0;
    for (int r = firstRow; r < endRow; r++) {
      double[] step = step(r, from, to, cell, toScale, toZero);
      linear += dot(step, product, r * (to - from));
      square += dot(step, inBlock(step, from), 0);
    }
    if (2 * linear - square <= NOISE * (Math.abs(linear) + square)) {
      return false;
    }
    for (int r = firstRow; r < endRow; r++) {
      double[] step = step(r, from, to, cell, toScale, toZero);
      for (int j = 0; j < step.length; j++) {
        residual[r * layout.cols() + from + j] -= step[j];
      }
    }
    scale[cell] = toScale;
    zero[cell] = toZero;
    return true;
  }

  private CellMoments moments(int r, int from, double[] product, double[] fromOnes) {
    double[] values = new double[fromOnes.length];
    double oneProduct = 0;
    double oneOne = 0;
    for (int j = 0; j < values.length; j++) {
      values[j] = format.decode(codes[r * layout.cols() + from + j]);
      oneProduct += product[r * values.length + j];
      oneOne += fromOnes[j];
    }
    return new CellMoments(
        dot(values, product, r * values.length),
        oneProduct,
        dot(values, inBlock(values, from), 0),
        dot(values, fromOnes, 0),
        oneOne);
  }

  /**
   * The zero point among the present one and its neighbours with the lowest objective at its best
   * scale.
   */
  private float bestZero(CellMoments moments, int cell) {
    float best = zero[cell];
    if (scheme.zeroPoint() != ZeroPoint.INTEGER) {
      return best;
    }
    double bestGain = gain(moments, cell, best);
    for (float candidate : new float[] {zero[cell] - 1, zero[cell] + 1}) {
      if (candidate >= format.minValue() && candidate <= format.maxValue()) {
        double gain = gain(moments, cell, candidate);
        if (gain > bestGain) {
          best = candidate;
          bestGain = gain;
        }
      }
    }
    return best;
  }

  private double gain(CellMoments moments, int cell, float toZero) {
    return moments.gain(scale[cell], zero[cell], stored(moments, cell, toZero), toZero);
  }

  /**
   * The best scale as a decoder reads it, or the present one if the best is of another sign or
   * cannot be stored.
   */
  private float stored(CellMoments moments, int cell, float toZero) {
    float best = (float) moments.bestScale(scale[cell], zero[cell], toZero);
    float limit = ((ScaleSpec.Stored) scheme.scale()).format().maxValue();
    boolean usable = best * Math.signum(scale[cell]) > 0 && Math.abs(best) <= limit;
    return usable ? scheme.scale().store(best) : scale[cell];
  }

  private double[] step(int r, int from, int to, int cell, float toScale, float toZero) {
    double[] step = new double[to - from];
    for (int j = 0; j < step.length; j++) {
      int code = codes[r * layout.cols() + from + j];
      step[j] =
          (double) GridRounding.value(format, code, toScale, toZero)
              - GridRounding.value(format, code, scale[cell], zero[cell]);
    }
    return step;
  }

  private double[] inBlock(double[] vector, int from) {
    double[] result = new double[vector.length];
    for (int k = 0; k < vector.length; k++) {
      int line = (from + k) * layout.cols() + from;
      compute.kernels().axpy(vector[k], gram.values(), line, result, 0, vector.length);
    }
    return result;
  }

  private static double dot(double[] x, double[] y, int yOffset) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum = Math.fma(x[i], y[yOffset + i], sum);
    }
    return sum;
  }
}
