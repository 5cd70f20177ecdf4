package io.halftone.core.kernel;

/** A symmetric matrix could not be factored because a pivot was not a positive normal number. */
public final class NotPositiveDefiniteException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int column;
  private final double pivot;

  /**
   * Names the pivot.
   *
   * @param column index of the failing column
   * @param pivot its value; zero, negative or not finite
   */
  public NotPositiveDefiniteException(int column, double pivot) {
    super("not positive definite: pivot " + pivot + " at column " + column);
    this.column = column;
    this.pivot = pivot;
  }

  /** Index of the failing column. */
  public int column() {
    return column;
  }

  /** The pivot found there. */
  public double pivot() {
    return pivot;
  }
}
