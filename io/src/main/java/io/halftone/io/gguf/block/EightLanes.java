package io.halftone.io.gguf.block;

/** Sums of eight floats side by side, added up in the order of ggml's kernels for AVX. */
public final class EightLanes {
  /** Sums. */
  public static final int COUNT = 8;

  private EightLanes() {}

  /**
   * Adds lanes 4 to 7 to 0 to 3, then 2 and 3 to 0 and 1, then 1 to 0.
   *
   * @param lane eight floats, read
   */
  public static float sum(float[] lane) {
    return lane[0] + lane[4] + (lane[2] + lane[6]) + (lane[1] + lane[5] + (lane[3] + lane[7]));
  }
}
