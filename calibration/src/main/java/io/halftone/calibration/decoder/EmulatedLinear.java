package io.halftone.calibration.decoder;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.Branch;
import io.halftone.core.quantized.InputRounding;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.core.tensor.MatrixView;
import java.util.List;

/**
 * A quantized layer with its branches decoded once: the bits of {@link QuantizedLinear#apply}
 * without decoding at every call.
 *
 * @param layer quantized
 * @param decoded weight of each branch [out, in]
 */
public record EmulatedLinear(QuantizedLinear layer, List<FloatMatrix> decoded)
    implements LinearLayer {
  /** Takes a copy of the list. */
  public EmulatedLinear {
    decoded = List.copyOf(decoded);
  }

  /** Decodes a layer. */
  public static EmulatedLinear of(QuantizedLinear layer) {
    return new EmulatedLinear(
        layer, layer.branches().stream().map(branch -> branch.weight().decode()).toList());
  }

  @Override
  public String name() {
    return layer.name();
  }

  @Override
  public int out() {
    return layer.out();
  }

  @Override
  public int in() {
    return layer.in();
  }

  /** What the first branch multiplies with: the input turned and rounded. */
  FloatMatrix read(FloatMatrix x) {
    FloatMatrix transformed = layer.online().isIdentity() ? x : layer.online().applyToInput(x);
    return InputRounding.apply(layer.branches().get(0).input(), transformed);
  }

  @Override
  public FloatMatrix apply(FloatMatrix x, Compute compute) {
    FloatMatrix transformed = layer.online().isIdentity() ? x : layer.online().applyToInput(x);
    FloatMatrix y = FloatMatrix.zeros(x.rows(), out());
    for (int k = 0; k < decoded.size(); k++) {
      Branch branch = layer.branches().get(k);
      FloatMatrix input = InputRounding.apply(branch.input(), transformed);
      compute
          .algebra()
          .multiplyTransposedAdd(
              MatrixView.of(input), MatrixView.of(decoded.get(k)), MatrixView.of(y));
    }
    FloatLinear.addBias(y, layer.bias());
    return y;
  }
}
