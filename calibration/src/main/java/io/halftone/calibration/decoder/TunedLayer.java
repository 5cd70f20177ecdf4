package io.halftone.calibration.decoder;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Branch;
import io.halftone.core.quantized.Grid;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.CellLayout;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.ZeroPoint;
import io.halftone.core.spi.QuantizationException;
import io.halftone.core.tensor.FloatMatrix;
import java.util.Arrays;
import java.util.List;

/** A quantized layer whose scales move along gradients: scale · (1 + factor) per cell. */
final class TunedLayer {
  private final QuantizedLinear start;
  private final GridTensor tensor;
  private final float[] factor;
  private final float[] byFactor;
  private final Adam steps;

  /**
   * Starts where a layer stands.
   *
   * @throws QuantizationException if the layer is not one branch of codes with a scale per cell
   */
  TunedLayer(QuantizedLinear start) {
    boolean plain =
        start.branches().size() == 1
            && start.branches().get(0).weight() instanceof GridTensor grid
            && grid.scheme().scale() instanceof ScaleSpec.Stored
            && grid.scheme().zeroPoint() != ZeroPoint.OFFSET;
    if (!plain) {
      throw new QuantizationException(
          start.name(), "only one branch of codes with a stored scale per cell can be tuned");
    }
    this.start = start;
    this.tensor = (GridTensor) start.branches().get(0).weight();
    this.factor = new float[tensor.grid().scale().length];
    this.byFactor = new float[factor.length];
    this.steps = new Adam(factor.length);
  }

  /** Where the layer stands, for a way back. */
  float[] place() {
    return factor.clone();
  }

  void goTo(float[] place) {
    System.arraycopy(place, 0, factor, 0, factor.length);
  }

  /** The layer as it stands. */
  QuantizedLinear layer() {
    float[] scale = new float[factor.length];
    for (int cell = 0; cell < scale.length; cell++) {
      scale[cell] = tensor.scheme().scale().store(tensor.grid().scale()[cell] * (1 + factor[cell]));
    }
    GridTensor moved =
        new GridTensor(
            tensor.scheme(),
            tensor.codes(),
            new Grid(tensor.grid().layout(), scale, tensor.grid().zero()));
    return new QuantizedLinear(
        start.name(),
        start.online(),
        List.of(new Branch(start.input(), moved)),
        start.bias(),
        start.outcome());
  }

  /** Takes a step against the gradient of the decoded weight. */
  void step(FloatMatrix gradient, double rate, Compute compute) {
    NumberFormat format = tensor.scheme().format();
    CellLayout layout = tensor.grid().layout();
    short[] codes = tensor.codes().values();
    float[] scale = tensor.grid().scale();
    float[] zero = tensor.grid().zero();
    Arrays.fill(byFactor, 0);
    compute.parallel(
        (layout.rows() + layout.cellRows() - 1) / layout.cellRows(),
        band -> {
          int end = (int) Math.min(layout.rows(), (band + 1L) * layout.cellRows());
          for (int r = band * layout.cellRows(); r < end; r++) {
            for (int c = 0; c < layout.cols(); c++) {
              int at = r * layout.cols() + c;
              int cell = layout.cell(r, c);
              byFactor[cell] +=
                  gradient.data()[at] * (format.decode(codes[at]) - zero[cell]) * scale[cell];
            }
          }
        });
    steps.step(factor, byFactor, rate);
  }
}
