package io.halftone.quantizers.rounding;

import io.halftone.core.format.IntFormat;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.Grid;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.spi.LinearTask;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.SquareMatrix;

/**
 * One variable v per weight, whose h(v) in [0, 1] says how far it is rounded up from the code
 * below, and its Adam moments; h is kept beside v.
 *
 * <p>Gradients are in units of scale²·G[j, j], so that neither the size of weights nor that of
 * inputs matters.
 */
final class RoundingVariables {
  private static final float EDGE = 1e-4f;
  private static final float FIRST_DECAY = 0.9f;
  private static final float SECOND_DECAY = 0.999f;
  private static final float EPSILON = 1e-8f;

  private final RectifiedSigmoid sigmoid = new RectifiedSigmoid();
  private final Compute compute;
  private final NumberFormat format;
  private final CellLayout layout;
  private final Grid grid;
  private final FloatMatrix weight;
  private final float[] below;
  private final float[] variable;
  private final float[] up;
  private final float[] first;
  private final float[] second;
  private final float[] inverse;
  private final float low;
  private final float high;

  /** Starts where the soft weight equals the weight, up to the clip edges. */
  RoundingVariables(LinearTask task, SquareMatrix gram, Grid grid, Compute compute) {
    if (!(task.scheme().weight().format() instanceof IntFormat)) {
      throw new QuantizationException(
          task.name(),
          "adaptive rounding needs an integer format, got "
              + task.scheme().weight().format().name());
    }
    this.compute = compute;
    this.format = task.scheme().weight().format();
    this.layout = grid.layout();
    this.grid = grid;
    this.weight = task.weight();
    int count = weight.data().length;
    this.below = new float[count];
    this.variable = new float[count];
    this.up = new float[count];
    this.first = new float[count];
    this.second = new float[count];
    this.low = format.minValue();
    this.high = format.maxValue();
    this.inverse = new float[gram.size()];
    for (int j = 0; j < inverse.length; j++) {
      inverse[j] = gram.get(j, j) > 0 ? (float) (1 / gram.get(j, j)) : 0;
    }
    compute.parallel(weight.rows(), this::start);
  }

  private void start(int r) {
    for (int c = 0; c < weight.cols(); c++) {
      int i = weight.offset(r) + c;
      int cell = layout.cell(r, c);
      float steps = weight.data()[i] / grid.scale()[cell];
      float floor = (float) Math.floor(steps);
      float above = Math.max(EDGE, Math.min(1 - EDGE, steps - floor));
      below[i] = floor + grid.zero()[cell];
      variable[i] = RectifiedSigmoid.inverse(above);
      up[i] = sigmoid.at(variable[i]);
    }
  }

  /** Writes W − Ŵ for the soft weight Ŵ = (clamp(below + h) − zero)·scale. */
  void residual(FloatMatrix result) {
    compute.parallel(
        weight.rows(),
        r -> {
          for (int c0 = 0; c0 < weight.cols(); c0 += layout.cellCols()) {
            int end = Math.min(weight.cols(), c0 + layout.cellCols());
            residual(
                layout.cell(r, c0), weight.offset(r) + c0, weight.offset(r) + end, result.data());
          }
        });
  }

  private void residual(int cell, int from, int to, float[] result) {
    float scale = grid.scale()[cell];
    float zero = grid.zero()[cell];
    float[] w = weight.data();
    for (int i = from; i < to; i++) {
      float soft = clamp(below[i] + up[i]) - zero;
      result[i] = Math.fma(-soft, scale, w[i]);
    }
  }

  /**
   * One Adam step on tr(R·G·Rᵀ) + regulariser.
   *
   * @param product R·G of the present soft weight, read
   * @param regulariser weighted derivative by h
   * @param rate learning rate with both bias corrections
   */
  void step(FloatMatrix product, HardeningSlope regulariser, float rate) {
    compute.parallel(
        weight.rows(),
        r -> {
          for (int c0 = 0; c0 < weight.cols(); c0 += layout.cellCols()) {
            int end = Math.min(weight.cols(), c0 + layout.cellCols());
            float unit = -2 / grid.scale()[layout.cell(r, c0)];
            step(weight.offset(r), c0, end, unit, product.data(), regulariser, rate);
          }
        });
  }

  private void step(
      int row,
      int from,
      int to,
      float unit,
      float[] product,
      HardeningSlope regulariser,
      float rate) {
    for (int c = from; c < to; c++) {
      int i = row + c;
      float h = up[i];
      float place = below[i] + h;
      float fit = place > low && place < high ? unit * product[i] * inverse[c] : 0;
      float gradient = (fit + regulariser.at(h)) * RectifiedSigmoid.slope(h);
      first[i] = Math.fma(FIRST_DECAY, first[i] - gradient, gradient);
      second[i] = Math.fma(SECOND_DECAY, second[i] - gradient * gradient, gradient * gradient);
      variable[i] -= rate * first[i] / ((float) Math.sqrt(second[i]) + EPSILON);
      up[i] = sigmoid.at(variable[i]);
    }
  }

  /** Rounds up where h is at least one half. */
  Codes codes() {
    short[] codes = new short[variable.length];
    compute.parallel(
        weight.rows(),
        r -> {
          for (int i = weight.offset(r); i < weight.offset(r) + weight.cols(); i++) {
            codes[i] = (short) Math.rint(clamp(below[i] + (variable[i] >= 0 ? 1 : 0)));
          }
        });
    return new Codes(weight.rows(), weight.cols(), format.bits(), codes);
  }

  private float clamp(float code) {
    return Math.max(low, Math.min(high, code));
  }
}
