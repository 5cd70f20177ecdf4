package io.halftone.calibration.decoder;

/**
 * Adam's steps over some numbers, with the paper's decay rates.
 *
 * @see <a href="https://arxiv.org/abs/1412.6980">Kingma and Ba, Adam, 2014, algorithm 1</a>
 */
final class Adam {
  private static final float FIRST_DECAY = 0.9f;
  private static final float SECOND_DECAY = 0.999f;
  private static final float EPSILON = 1e-12f;

  private final float[] mean;
  private final float[] square;
  private double firstLeft = 1;
  private double secondLeft = 1;

  Adam(int size) {
    this.mean = new float[size];
    this.square = new float[size];
  }

  /**
   * Takes a step.
   *
   * @param values read and written
   * @param gradient read
   * @param rate largest step, about
   */
  void step(float[] values, float[] gradient, double rate) {
    firstLeft *= FIRST_DECAY;
    secondLeft *= SECOND_DECAY;
    float toMean = (float) (1 / (1 - firstLeft));
    float toSquare = (float) (1 / (1 - secondLeft));
    float size = (float) rate;
    for (int i = 0; i < values.length; i++) {
      float g = gradient[i];
      mean[i] = FIRST_DECAY * mean[i] + (1 - FIRST_DECAY) * g;
      square[i] = SECOND_DECAY * square[i] + (1 - SECOND_DECAY) * g * g;
      values[i] -= size * (mean[i] * toMean) / ((float) Math.sqrt(square[i] * toSquare) + EPSILON);
    }
  }
}
