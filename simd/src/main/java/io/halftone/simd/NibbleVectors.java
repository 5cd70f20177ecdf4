package io.halftone.simd;

import static io.halftone.simd.Species.FLOATS;

import io.halftone.core.kernel.Kernels;
import io.halftone.core.kernel.SignedExtreme;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** {@link Kernels#extremes} and {@link Kernels#nibbles}, a vector of a cell at a time. */
final class NibbleVectors {
  private static final int LANES = FLOATS.length();
  private static final int SIZE = Kernels.NIBBLE_CELL;
  private static final int HALF = SIZE / 2;

  /**
   * 2^23: its sum with a positive number below has the number's nearest integer in the low bits.
   */
  private static final float ROUND = 0x1p23f;

  private NibbleVectors() {}

  static void extremes(float[] x, int offset, int cells, float[] extreme) {
    for (int cell = 0; cell < cells; cell++) {
      int at = offset + cell * SIZE;
      IntVector positive = bits(x, at);
      IntVector negative = positive.lanewise(VectorOperators.XOR, Integer.MIN_VALUE);
      for (int i = LANES; i < SIZE; i += LANES) {
        IntVector values = bits(x, at + i);
        positive = positive.max(values);
        negative = negative.max(values.lanewise(VectorOperators.XOR, Integer.MIN_VALUE));
      }
      extreme[cell] =
          SignedExtreme.of(
              Math.max(0, positive.reduceLanes(VectorOperators.MAX)),
              Math.max(0, negative.reduceLanes(VectorOperators.MAX)),
              x,
              at);
    }
  }

  private static IntVector bits(float[] x, int at) {
    return FloatVector.fromArray(FLOATS, x, at).reinterpretAsInts();
  }

  static void nibbles(
      float[] x, int offset, int cells, float[] inverse, byte[] bytes, int at, int stride) {
    int[] pairs = new int[HALF];
    for (int cell = 0; cell < cells; cell++) {
      int from = offset + cell * SIZE;
      for (int i = 0; i < HALF; i += LANES) {
        FloatVector low = codes(x, from + i, inverse[cell]);
        FloatVector high = codes(x, from + HALF + i, inverse[cell]);
        high.mul(16).add(low).add(ROUND).reinterpretAsInts().intoArray(pairs, i);
      }
      int to = at + cell * stride;
      for (int i = 0; i < HALF; i++) {
        bytes[to + i] = (byte) pairs[i];
      }
    }
  }

  /** Rounds down: to the nearest integer, and one less where that is above. */
  private static FloatVector codes(float[] x, int at, float inverse) {
    FloatVector steps = FloatVector.fromArray(FLOATS, x, at).mul(inverse).add(8.5f);
    FloatVector nearest = steps.add(ROUND).sub(ROUND);
    return nearest.sub(1, nearest.compare(VectorOperators.GT, steps)).min(15);
  }
}
