package io.halftone.core.kernel;

/**
 * Sums over the elements of cells, one per cell: w weight of an error, x value, q its code.
 *
 * @param q Σ w·q
 * @param qq Σ w·q²
 * @param qx Σ w·q·x
 * @param error Σ w·(scale·q − offset − x)²
 */
public record CodeMoments(float[] q, float[] qq, float[] qx, float[] error) {
  /** Sums of so many cells. */
  public CodeMoments(int cells) {
    this(new float[cells], new float[cells], new float[cells], new float[cells]);
  }
}
