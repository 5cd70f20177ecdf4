package io.halftone.testkit;

import io.halftone.core.transform.Hadamard;
import java.util.Random;

/** Seeded rotations. */
final class Signs {
  private Signs() {}

  static Hadamard hadamard(int size) {
    Random random = new Random(size);
    float[] sign = new float[size];
    for (int j = 0; j < size; j++) {
      sign[j] = random.nextBoolean() ? 1 : -1;
    }
    return new Hadamard(sign, Hadamard.Direction.FORWARD);
  }
}
