package io.halftone.calibration.decoder;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;

/**
 * y = x·Wᵀ + b.
 *
 * @param name of the layer
 * @param weight [out, in]
 * @param bias [out], or empty
 */
public record FloatLinear(String name, FloatMatrix weight, float[] bias) implements LinearLayer {
  /** Validates the shapes. */
  public FloatLinear {
    if (bias.length != 0 && bias.length != weight.rows()) {
      throw new IllegalArgumentException(
          "layer " + name + ": " + bias.length + " biases for " + weight.rows() + " outputs");
    }
  }

  /**
   * The float layer behind the interface.
   *
   * @throws IllegalArgumentException if the layer is quantized already
   */
  static FloatLinear require(LinearLayer layer) {
    if (layer instanceof FloatLinear exact) {
      return exact;
    }
    throw new IllegalArgumentException(
        "layer " + layer.name() + " is quantized already; give the float model");
  }

  @Override
  public int out() {
    return weight.rows();
  }

  @Override
  public int in() {
    return weight.cols();
  }

  @Override
  public FloatMatrix apply(FloatMatrix x, Compute compute) {
    FloatMatrix y = compute.algebra().multiplyTransposed(x, weight);
    addBias(y, bias);
    return y;
  }

  /** Adds a bias to every row; none if it is empty. */
  static void addBias(FloatMatrix y, float[] bias) {
    for (int t = 0; bias.length > 0 && t < y.rows(); t++) {
      for (int o = 0; o < y.cols(); o++) {
        y.data()[y.offset(t) + o] += bias[o];
      }
    }
  }
}
