package io.halftone.simd;

import jdk.incubator.vector.FloatVector;

/** Rounds to codes as the scalar kernels do. */
final class NearestCodes {
  /** 1.5 · 2^23: its sum with a small number has the number's nearest integer in the low bits. */
  private static final float ROUND = 12582912f;

  private static final int ROUND_BITS = Float.floatToRawIntBits(ROUND);

  private NearestCodes() {}

  /** The integer of [0, top] nearest to a number of steps, ties to even; top for NaN. */
  static FloatVector of(FloatVector steps, int top) {
    return steps
        .add(ROUND)
        .reinterpretAsInts()
        .min(ROUND_BITS + top)
        .max(ROUND_BITS)
        .reinterpretAsFloats()
        .sub(ROUND);
  }
}
