package io.halftone.calibration.decoder;

import io.halftone.core.kernel.Compute;
import io.halftone.core.model.Activation;
import io.halftone.core.tensor.FloatMatrix;
import java.util.List;

/**
 * act(gate)·up, from two linears or one with the rows of both; or act(up) without a gate.
 *
 * @param activation the nonlinear function
 * @param gated whether there is a gate
 */
record FeedForward(Activation activation, boolean gated) implements Mixer {
  @Override
  public FloatMatrix mix(List<FloatMatrix> projected, int[] lengths, Compute compute) {
    FloatMatrix first = projected.get(0);
    FloatMatrix last = projected.get(projected.size() - 1);
    boolean fused = gated && projected.size() == 1;
    int inner = fused ? first.cols() / 2 : first.cols();
    FloatMatrix result = FloatMatrix.zeros(first.rows(), inner);
    compute.parallel(
        first.rows(),
        t -> {
          int gate = first.offset(t);
          int up = last.offset(t) + (fused ? inner : 0);
          int target = result.offset(t);
          for (int c = 0; c < inner; c++) {
            float active = Activations.apply(activation, first.data()[gate + c]);
            result.data()[target + c] = gated ? active * last.data()[up + c] : active;
          }
        });
    return result;
  }

  @Override
  public FloatMatrix next(List<FloatMatrix> projected, PastTokens past, Compute compute) {
    return mix(projected, new int[0], compute);
  }

  @Override
  public List<FloatMatrix> gradient(
      List<FloatMatrix> projected, FloatMatrix gradient, int[] lengths, Compute compute) {
    if (!gated || projected.size() != 2 || activation != Activation.SILU) {
      throw new IllegalArgumentException(
          "gradients go through a gate with SILU in two linears only, not through " + this);
    }
    FloatMatrix gate = projected.get(0);
    FloatMatrix up = projected.get(1);
    FloatMatrix byGate = FloatMatrix.zeros(gate.rows(), gate.cols());
    FloatMatrix byUp = FloatMatrix.zeros(gate.rows(), gate.cols());
    compute.parallel(
        gate.rows(),
        t -> {
          for (int i = gate.offset(t); i < gate.offset(t) + gate.cols(); i++) {
            float z = gate.data()[i];
            float sigmoid = 1 / (1 + Exponential.of(-z));
            float slope = sigmoid * (1 + z * (1 - sigmoid));
            byGate.data()[i] = gradient.data()[i] * up.data()[i] * slope;
            byUp.data()[i] = gradient.data()[i] * z * sigmoid;
          }
        });
    return List.of(byGate, byUp);
  }
}
