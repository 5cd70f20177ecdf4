package io.halftone.calibration.decoder;

import io.halftone.core.model.Activation;

/** The nonlinear functions of feed-forward parts. */
final class Activations {
  /** √(2/π). */
  private static final float GELU_SLOPE = (float) Math.sqrt(2 / Math.PI);

  private static final float GELU_CUBIC = 0.044715f;

  private Activations() {}

  static float apply(Activation activation, float x) {
    return switch (activation) {
      case SILU -> x / (1 + Exponential.of(-x));
      case GELU -> x * normal(x);
      case GELU_TANH -> 0.5f * x * (1 + tanh(GELU_SLOPE * Math.fma(GELU_CUBIC * x * x, x, x)));
    };
  }

  /** tanh x = 1 − 2 / (1 + e^2x). */
  static float tanh(float x) {
    return 1 - 2 / (1 + Exponential.of(2 * x));
  }

  /**
   * The normal distribution through the error function's approximation 7.1.26, absolute error below
   * 1.5e-7.
   *
   * @see <a href="https://personal.math.ubc.ca/~cbm/aands/page_299.htm">Abramowitz and Stegun,
   *     Handbook of Mathematical Functions, 7.1.26</a>
   */
  private static float normal(float x) {
    double z = Math.abs((double) x) * Math.sqrt(0.5);
    double t = 1 / (1 + 0.3275911 * z);
    double p = 1.061405429;
    p = Math.fma(p, t, -1.453152027);
    p = Math.fma(p, t, 1.421413741);
    p = Math.fma(p, t, -0.284496736);
    p = Math.fma(p, t, 0.254829592);
    double tail = 0.5 * p * t * StrictMath.exp(-z * z);
    return (float) (x < 0 ? tail : 1 - tail);
  }
}
