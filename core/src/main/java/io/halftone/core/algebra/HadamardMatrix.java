package io.halftone.core.algebra;

import java.util.Optional;

/**
 * Hadamard matrices that are not a doubling of a smaller one: elements ±1, orthogonal rows.
 *
 * @see <a href="https://doi.org/10.1002/sapm1933121311">Paley, On orthogonal matrices, 1933</a>
 */
final class HadamardMatrix {
  private HadamardMatrix() {}

  /**
   * A matrix by one of Paley's constructions: from a field of size − 1 or size/2 − 1 elements.
   *
   * @return row-major, ±1; empty if there is no such field
   */
  static Optional<float[]> paley(int size) {
    if (size % 4 != 0) {
      return Optional.empty();
    }
    Optional<float[]> first =
        QuadraticCharacter.ofField(size - 1).map(field -> bordered(field, size));
    return first.isPresent() || size % 8 == 0
        ? first
        : QuadraticCharacter.ofField(size / 2 - 1).map(field -> doubled(field, size));
  }

  /** I + S, S skew: a border of ones around the characters of a field of size ≡ 3 (mod 4). */
  private static float[] bordered(QuadraticCharacter field, int size) {
    float[] h = new float[size * size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        int s = element(field, i, j, -1);
        h[i * size + j] = i == j ? 1 : s;
      }
    }
    return h;
  }

  /** S ⊗ [1 1; 1 −1] + I ⊗ [1 −1; −1 −1], S symmetric, from a field of size ≡ 1 (mod 4). */
  private static float[] doubled(QuadraticCharacter field, int size) {
    int half = size / 2;
    float[] h = new float[size * size];
    for (int i = 0; i < half; i++) {
      for (int j = 0; j < half; j++) {
        int s = i == j ? 0 : element(field, i, j, 1);
        int one = i == j ? 1 : 0;
        int at = 2 * i * size + 2 * j;
        h[at] = s + one;
        h[at + 1] = s - one;
        h[at + size] = s - one;
        h[at + size + 1] = -s - one;
      }
    }
    return h;
  }

  private static int element(QuadraticCharacter field, int i, int j, int left) {
    if (i == 0 || j == 0) {
      return j == 0 ? left : 1;
    }
    return field.ofDifference(i - 1, j - 1);
  }
}
