package io.halftone.core.spi;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Branch;
import io.halftone.core.quantized.Codes;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.Outcome;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.core.stats.StatisticsView;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.transform.EquivalentTransform;
import io.halftone.core.transform.Identity;
import java.util.List;

/**
 * A layer to be quantized.
 *
 * @param name of the layer
 * @param weight [out, in], already multiplied by T⁻ᵀ; read
 * @param bias [out], or empty
 * @param online T when it stays in front of the layer, else the identity
 * @param scheme what the layer shall look like
 * @param stats of the layer's input x·T
 */
public record LinearTask(
    String name,
    FloatMatrix weight,
    float[] bias,
    EquivalentTransform online,
    LayerScheme scheme,
    StatisticsView stats) {

  /** A layer without bias and transform. */
  public static LinearTask of(
      String name, FloatMatrix weight, LayerScheme scheme, StatisticsView stats) {
    return new LinearTask(name, weight, new float[0], new Identity(weight.cols()), scheme, stats);
  }

  /** Number of outputs. */
  public int out() {
    return weight.rows();
  }

  /** Number of input channels of the weight. */
  public int in() {
    return weight.cols();
  }

  /** The cells of the weight's grid. */
  public CellLayout layout() {
    return scheme.weight().granularity().layout(out(), in());
  }

  /** The same task on another weight of the same shape. */
  public LinearTask withWeight(FloatMatrix other) {
    return new LinearTask(name, other, bias, online, scheme, stats);
  }

  /** The same task with other statistics. */
  public LinearTask withStats(StatisticsView other) {
    return new LinearTask(name, weight, bias, online, scheme, other);
  }

  /** The same task with another scheme for the weight. */
  public LinearTask withWeightScheme(TensorScheme other) {
    return new LinearTask(
        name, weight, bias, online, new LayerScheme(other, scheme.input()), stats);
  }

  /**
   * The task of input channels [from, to) alone, with their weight given; without bias and
   * transform.
   */
  public LinearTask channels(FloatMatrix slice, int from, int to) {
    return new LinearTask(
        name, slice, new float[0], new Identity(to - from), scheme, stats.channels(from, to));
  }

  /** The layer of codes on a grid. */
  public QuantizedLinear single(Grid grid, Codes codes, Outcome outcome) {
    GridTensor tensor = new GridTensor(scheme.weight(), codes, grid);
    return new QuantizedLinear(
        name, online, List.of(new Branch(scheme.input(), tensor)), bias, outcome);
  }

  /**
   * The layer whose codes follow a rule, element by element in row-major order.
   *
   * @param grid of the weight
   * @param rule sees weight / scale + zero; its result is clamped to the format
   */
  public QuantizedLinear single(Grid grid, CodeRule rule) {
    NumberFormat format = scheme.weight().format();
    CellLayout layout = grid.layout();
    short[] values = new short[weight.data().length];
    for (int r = 0; r < out(); r++) {
      for (int c = 0; c < in(); c++) {
        int cell = layout.cell(r, c);
        int code = rule.code(weight.get(r, c) / grid.scale()[cell] + grid.zero()[cell]);
        values[r * in() + c] = (short) Math.max(format.minCode(), Math.min(format.maxCode(), code));
      }
    }
    Outcome outcome =
        stats.equals(StatisticsView.NONE) ? new Outcome.DataFree() : new Outcome.Calibrated();
    return single(grid, new Codes(out(), in(), format.bits(), values), outcome);
  }

  /**
   * Checks that every weight is finite.
   *
   * @throws QuantizationException naming row, column and value of the first that is not
   */
  public void requireFiniteWeight() {
    for (int row = 0; row < out(); row++) {
      requireFiniteRow(row);
    }
  }

  /** As {@link #requireFiniteWeight()}, with all threads. */
  public void requireFiniteWeight(Compute compute) {
    compute.parallel(out(), this::requireFiniteRow);
  }

  private void requireFiniteRow(int row) {
    float[] data = weight.data();
    int from = weight.offset(row);
    if (allFinite(data, from, from + in())) {
      return;
    }
    int bad = from;
    while (Float.isFinite(data[bad])) {
      bad++;
    }
    throw new QuantizationException(
        name,
        "weight at row "
            + row
            + ", column "
            + (bad - from)
            + " is "
            + data[bad]
            + ", must be finite");
  }

  /** Whether all values are finite; 0·x is 0 if x is, NaN if it is not, and sums keep the NaN. */
  private static boolean allFinite(float[] values, int from, int to) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int i = from;
    for (; i + 4 <= to; i += 4) {
      a += 0 * values[i];
      b += 0 * values[i + 1];
      c += 0 * values[i + 2];
      d += 0 * values[i + 3];
    }
    for (; i < to; i++) {
      a += 0 * values[i];
    }
    return a + b + c + d == 0;
  }
}
