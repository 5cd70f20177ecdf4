package io.halftone.core.kernel;

/**
 * How {@link Kernels#fitAffine} searches a scale and an offset: which ranges it tries and how it
 * compares them.
 *
 * <p>Range i has top + firstShift + i/10 steps between the smallest value and the largest.
 *
 * @param top largest code, in [1, 255]
 * @param firstShift in steps; top + firstShift is positive
 * @param last index of the last range, at least 0
 * @param norm of the errors compared
 */
public record AffineSearch(int top, float firstShift, int last, Norm norm) {
  /** Which errors are summed. */
  public enum Norm {
    /** Weighted absolute errors. */
    ABSOLUTE,
    /** Weighted squared errors. */
    SQUARED
  }

  /** Validates the ranges. */
  public AffineSearch {
    if (top < 1 || top > 255 || !(top + firstShift > 0) || last < 0) {
      throw new IllegalArgumentException(
          "top is "
              + top
              + ", firstShift "
              + firstShift
              + ", last "
              + last
              + "; top must be in [1, 255], top + firstShift positive, last at least 0");
    }
  }

  /** Steps of a range. */
  public float steps(int range) {
    return firstShift + 0.1f * range + top;
  }
}
