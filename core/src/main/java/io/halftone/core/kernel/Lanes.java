package io.halftone.core.kernel;

/** The canonical lanes of a sum: element i is accumulated on lane i mod 16. */
public final class Lanes {
  /** Number of lanes, whatever the width of the machine's vectors. */
  public static final int COUNT = 16;

  private Lanes() {}

  /**
   * Adds the lanes pairwise, lane l to lane l + 8, then 4, 2, 1.
   *
   * @param lanes 16 partial sums, overwritten
   * @return the sum
   */
  public static float fold(float[] lanes) {
    for (int half = COUNT / 2; half > 0; half /= 2) {
      for (int l = 0; l < half; l++) {
        lanes[l] += lanes[l + half];
      }
    }
    return lanes[0];
  }
}
