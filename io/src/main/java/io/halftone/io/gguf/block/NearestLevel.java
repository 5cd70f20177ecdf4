package io.halftone.io.gguf.block;

/** Finds the code of the level nearest to a value. */
final class NearestLevel {
  private NearestLevel() {}

  /** The code; integer levels one apart are computed, others looked through. */
  static int of(BlockLayout layout, float value) {
    float[] levels = layout.levels();
    if (levels == Levels.SIGNED_BYTES) {
      return Rounding.clamp((int) Math.rint(value), -127, 127);
    }
    if (levels == Levels.NON_LINEAR) {
      return TableReference.nearestNonLinear(value);
    }
    if (levels == Levels.DOUBLED_E2M1) {
      return TableReference.nearestE2m1(value, 1);
    }
    return Rounding.clamp((int) Math.rint(value - levels[0]), 0, layout.topCode());
  }
}
