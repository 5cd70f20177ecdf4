package io.halftone.core.kernel;

/** Which of two opposite extremes of some values is the extreme. */
public final class SignedExtreme {
  private SignedExtreme() {}

  /**
   * The value with the largest magnitude; of two opposite ones that which comes first.
   *
   * @param positive bits of the largest positive value, 0 if there is none
   * @param negative bits of the largest magnitude of a negative value, 0 if there is none
   * @param x the values; read from {@code at} on, only if the two are equal and not 0
   */
  public static float of(int positive, int negative, float[] x, int at) {
    if (positive != negative) {
      return Float.intBitsToFloat(positive > negative ? positive : negative | Integer.MIN_VALUE);
    }
    if (positive == 0) {
      return 0;
    }
    int i = at;
    while ((Float.floatToRawIntBits(x[i]) & Integer.MAX_VALUE) != positive) {
      i++;
    }
    return x[i];
  }
}
