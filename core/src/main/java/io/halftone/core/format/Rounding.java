package io.halftone.core.format;

/** Which of the two neighbours in a format stands for a value between them. */
public enum Rounding {
  /** The nearer one, at a tie the one whose code is even: roundTiesToEven of IEEE 754. */
  NEAREST_EVEN,
  /** The nearer one, at a tie the one farther from zero: roundTiesToAway of IEEE 754. */
  NEAREST_AWAY,
  /** The one nearer to zero. */
  TOWARD_ZERO,
  /** The larger one. */
  UPWARD,
  /** The smaller one. */
  DOWNWARD;

  /**
   * Whether the upper neighbour is taken.
   *
   * @param x strictly between the neighbours
   * @param evenUpper whether the upper neighbour's code is even
   */
  boolean takesUpper(double lower, double x, double upper, boolean evenUpper) {
    double middle = (lower + upper) / 2;
    return switch (this) {
      case NEAREST_EVEN -> x > middle || (x == middle && evenUpper);
      case NEAREST_AWAY -> x > middle || (x == middle && x > 0);
      case TOWARD_ZERO -> Math.abs(upper) < Math.abs(lower);
      case UPWARD -> true;
      case DOWNWARD -> false;
    };
  }
}
