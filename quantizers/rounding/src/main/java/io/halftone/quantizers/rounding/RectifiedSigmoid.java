package io.halftone.quantizers.rounding;

/**
 * h(v) = clip(1.2·sigmoid(v) − 0.1, 0, 1), from a table of 4096 intervals on [−2.5, 2.5], outside
 * which h is 0 or 1.
 *
 * <p>Linear interpolation is off by at most max|h''|·(5/4096)²/8 &lt; 3e-8, half a step of float
 * below 1.
 *
 * @see <a href="https://arxiv.org/abs/2004.10568">Nagel et al., Up or Down? Adaptive Rounding,
 *     2020, equation 23</a>
 */
final class RectifiedSigmoid {
  static final float STRETCH = 1.2f;
  static final float SHIFT = 0.1f;
  private static final double LIMIT = 2.5;
  private static final int INTERVALS = 4096;
  private static final float PER_UNIT = (float) (INTERVALS / (2 * LIMIT));

  private final float[] table = new float[INTERVALS + 1];

  RectifiedSigmoid() {
    for (int i = 0; i <= INTERVALS; i++) {
      double v = 2 * LIMIT * i / INTERVALS - LIMIT;
      table[i] = (float) (1.2 / (1 + StrictMath.exp(-v)) - 0.1);
    }
  }

  /** h(v), in [0, 1]. */
  float at(float v) {
    float position = (v + (float) LIMIT) * PER_UNIT;
    int index = Math.max(0, Math.min(INTERVALS - 1, (int) position));
    float h = Math.fma(position - index, table[index + 1] - table[index], table[index]);
    return Math.max(0, Math.min(1, h));
  }

  /** h'(v) given h(v); 0 where h is clipped. */
  static float slope(float h) {
    float sigmoid = (h + SHIFT) / STRETCH;
    return h > 0 && h < 1 ? STRETCH * sigmoid * (1 - sigmoid) : 0;
  }

  /** v with h(v) = h, for h strictly between 0 and 1. */
  static float inverse(float h) {
    return (float) -StrictMath.log(STRETCH / (h + SHIFT) - 1);
  }
}
