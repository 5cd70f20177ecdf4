package io.halftone.core.report;

import io.halftone.core.kernel.Compute;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.stats.GramMatrix;
import io.halftone.core.tensor.FloatMatrix;

/**
 * How far a layer's output is from the float layer's.
 *
 * @param error ‖Y − Ŷ‖²
 * @param signal ‖Y‖²
 * @param inner ⟨Y, Ŷ⟩
 * @param quantizedSignal ‖Ŷ‖²
 */
record OutputFidelity(double error, double signal, double inner, double quantizedSignal) {

  /** For layers with float inputs, through the Gram matrix. Cost O(out·in²). */
  static OutputFidelity of(
      FloatMatrix weight, FloatMatrix decoded, GramMatrix gram, Compute compute) {
    FloatMatrix delta = FloatMatrix.zeros(weight.rows(), weight.cols());
    for (int i = 0; i < delta.data().length; i++) {
      delta.data()[i] = weight.data()[i] - decoded.data()[i];
    }
    GramForms forms = GramForms.of(weight, delta, gram, compute);
    double error = forms.error();
    double signal = forms.signal();
    double cross = forms.cross();
    return new OutputFidelity(error, signal, signal - cross, signal - 2 * cross + error);
  }

  /**
   * For layers with quantized inputs, through sample tokens [tokens, in]. Cost O(tokens·out·in).
   */
  static OutputFidelity of(
      FloatMatrix weight, QuantizedLinear layer, FloatMatrix x, Compute compute) {
    FloatMatrix y = compute.algebra().multiplyTransposed(x, weight);
    FloatMatrix quantized = layer.apply(x, compute.algebra());
    double error = 0;
    double signal = 0;
    double inner = 0;
    double quantizedSignal = 0;
    for (int t = 0; t < y.rows(); t++) {
      for (int o = 0; o < y.cols(); o++) {
        double exact = y.get(t, o);
        double got = quantized.get(t, o) - (layer.bias().length == 0 ? 0 : layer.bias()[o]);
        error += (exact - got) * (exact - got);
        signal += exact * exact;
        inner += exact * got;
        quantizedSignal += got * got;
      }
    }
    return new OutputFidelity(error, signal, inner, quantizedSignal);
  }

  double relativeError() {
    return signal == 0 ? (error == 0 ? 0 : Double.POSITIVE_INFINITY) : error / signal;
  }

  double sqnrDb() {
    return -10 * StrictMath.log10(relativeError());
  }

  double cosine() {
    double norms = Math.sqrt(signal * Math.max(0, quantizedSignal));
    return norms == 0 ? (error == 0 ? 1 : 0) : inner / norms;
  }
}
