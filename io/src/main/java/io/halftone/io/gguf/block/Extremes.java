package io.halftone.io.gguf.block;

/** Ranges of a few weights. */
final class Extremes {
  private Extremes() {}

  /** The first of the weights with the largest magnitude. */
  static float signed(float[] x, int at, int count) {
    float extreme = 0;
    for (int i = at; i < at + count; i++) {
      if (Math.abs(x[i]) > Math.abs(extreme)) {
        extreme = x[i];
      }
    }
    return extreme;
  }

  static float least(float[] x, int at, int count) {
    float least = x[at];
    for (int i = at + 1; i < at + count; i++) {
      least = Math.min(least, x[i]);
    }
    return least;
  }

  static float greatest(float[] x, int at, int count) {
    float greatest = x[at];
    for (int i = at + 1; i < at + count; i++) {
      greatest = Math.max(greatest, x[i]);
    }
    return greatest;
  }

  /** 1 / step, and 0 for a step of 0. */
  static float reciprocal(float step) {
    return step == 0 ? 0 : 1 / step;
  }
}
