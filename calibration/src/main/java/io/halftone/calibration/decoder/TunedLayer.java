package io.halftone.calibration.decoder;

import io.halftone.core.format.NumberFormat;
import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Branch;
import io.halftone.core.quantized.Codes;
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

/**
 * A quantized layer whose scales and codes move along gradients: scale · (1 + factor) per cell,
 * code + offset, rounded, per weight. A code's rounding counts as the identity.
 */
final class TunedLayer {
  private final QuantizedLinear start;
  private final GridTensor tensor;
  private final float[] factor;
  private final float[] offset;
  private final Adam factorSteps;
  private final Adam offsetSteps;
  private final float[] byFactor;
  private final float[] byOffset;

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
    this.offset = new float[tensor.codes().values().length];
    this.byFactor = new float[factor.length];
    this.byOffset = new float[offset.length];
    this.factorSteps = new Adam(factor.length);
    this.offsetSteps = new Adam(offset.length);
  }

  /** Where a layer stands, for a way back. */
  record Place(float[] factor, float[] offset) {}

  Place place() {
    return new Place(factor.clone(), offset.clone());
  }

  void goTo(Place place) {
    System.arraycopy(place.factor(), 0, factor, 0, factor.length);
    System.arraycopy(place.offset(), 0, offset, 0, offset.length);
  }

  /** The layer as it stands. */
  QuantizedLinear layer() {
    NumberFormat format = tensor.scheme().format();
    short[] codes = new short[offset.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (short) code(format, i);
    }
    float[] scale = new float[factor.length];
    for (int cell = 0; cell < scale.length; cell++) {
      scale[cell] = tensor.scheme().scale().store(tensor.grid().scale()[cell] * (1 + factor[cell]));
    }
    Codes moved =
        new Codes(tensor.codes().rows(), tensor.codes().cols(), tensor.codes().bits(), codes);
    GridTensor result =
        new GridTensor(
            tensor.scheme(), moved, new Grid(tensor.grid().layout(), scale, tensor.grid().zero()));
    return new QuantizedLinear(
        start.name(),
        start.online(),
        List.of(new Branch(start.input(), result)),
        start.bias(),
        start.outcome());
  }

  private int code(NumberFormat format, int i) {
    int moved = (int) Math.rint(tensor.codes().values()[i] + offset[i]);
    return Math.max(format.minCode(), Math.min(format.maxCode(), moved));
  }

  /** Takes a step against the gradient of the decoded weight. */
  void step(FloatMatrix gradient, double factorRate, double offsetRate, Compute compute) {
    NumberFormat format = tensor.scheme().format();
    CellLayout layout = tensor.grid().layout();
    float[] scale = tensor.grid().scale();
    float[] zero = tensor.grid().zero();
    Arrays.fill(byFactor, 0);
    compute.parallel(
        (layout.rows() + layout.cellRows() - 1) / layout.cellRows(),
        band -> {
          int end = Math.min(layout.rows(), (band + 1) * layout.cellRows());
          for (int r = band * layout.cellRows(); r < end; r++) {
            for (int c = 0; c < layout.cols(); c++) {
              int at = r * layout.cols() + c;
              int cell = layout.cell(r, c);
              float byWeight = gradient.data()[at];
              byFactor[cell] +=
                  byWeight * (format.decode(code(format, at)) - zero[cell]) * scale[cell];
              byOffset[at] = byWeight * scale[cell] * (1 + factor[cell]);
            }
          }
        });
    factorSteps.step(factor, byFactor, factorRate);
    if (offsetRate > 0) {
      offsetSteps.step(offset, byOffset, offsetRate);
      for (int i = 0; i < offset.length; i++) {
        float at = tensor.codes().values()[i] + offset[i];
        float held = Math.max(format.minCode() - 0.5f, Math.min(format.maxCode() + 0.5f, at));
        offset[i] = held - tensor.codes().values()[i];
      }
    }
  }
}
