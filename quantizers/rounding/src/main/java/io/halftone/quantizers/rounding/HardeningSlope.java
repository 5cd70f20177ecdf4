package io.halftone.quantizers.rounding;

/**
 * The derivative by h of λ·(1 − |2h − 1|^β), which pushes h away from one half, from a table of
 * 1024 intervals on |2h − 1|.
 *
 * @see <a href="https://arxiv.org/abs/2004.10568">Nagel et al., Up or Down? Adaptive Rounding,
 *     2020, equation 24</a>
 */
final class HardeningSlope {
  private static final int INTERVALS = 1024;

  private final float[] table = new float[INTERVALS + 1];

  HardeningSlope(double lambda, double beta) {
    for (int i = 0; i <= INTERVALS; i++) {
      double distance = (double) i / INTERVALS;
      table[i] = (float) (2 * lambda * beta * StrictMath.pow(distance, beta - 1));
    }
  }

  /** The derivative at h in [0, 1]: positive below one half, negative above. */
  float at(float h) {
    float away = 2 * h - 1;
    float position = Math.abs(away) * INTERVALS;
    int index = Math.min(INTERVALS - 1, (int) position);
    float size = Math.fma(position - index, table[index + 1] - table[index], table[index]);
    return away < 0 ? size : -size;
  }
}
