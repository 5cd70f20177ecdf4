package io.halftone.core.kernel;

import io.halftone.core.kernel.AffineSearch.Norm;
import java.util.Arrays;

/**
 * {@link Kernels#fitAffine} of one cell: the definition of its bits. Holds what it works on; not
 * safe for concurrent use.
 */
public final class AffineCellFit {
  private final AffineSearch search;
  private final float[] x;
  private final float[] weight;
  private final int[] code;
  private final int[] kept;
  private float sumWeight;
  private float sumX;
  private float sumCode;
  private float sumSquare;
  private float sumCross;

  private float scale;
  private float least;

  /**
   * Prepares fits.
   *
   * @param cellSize values in a cell, at least 1
   */
  public AffineCellFit(AffineSearch search, int cellSize) {
    this.search = search;
    x = new float[cellSize];
    weight = new float[cellSize];
    code = new int[cellSize];
    kept = new int[cellSize];
  }

  /** The values to fit, written by the caller. */
  public float[] values() {
    return x;
  }

  /** The weights of their errors, written by the caller. */
  public float[] weights() {
    return weight;
  }

  /** The codes of the fit found, read only. */
  public int[] codes() {
    return kept;
  }

  /** The scale found, not negative. */
  public float scale() {
    return scale;
  }

  /** The offset found, not negative. */
  public float offset() {
    return -least;
  }

  /** Fits the values. */
  public void fit() {
    float greatest = sums();
    scale = 0;
    Arrays.fill(kept, 0);
    if (greatest == least) {
      return;
    }
    float inverse = search.top() / (greatest - least);
    scale = 1 / inverse;
    round(inverse);
    System.arraycopy(code, 0, kept, 0, kept.length);
    float best = error(scale, least);
    for (int range = 0; range <= search.last(); range++) {
      round(search.steps(range) / (greatest - least));
      moments();
      float determinant = sumWeight * sumSquare - sumCode * sumCode;
      if (determinant > 0) {
        best = keepIfBetter(determinant, best);
      }
    }
  }

  /** Sets the sums over values and the smallest value; returns the largest. */
  private float sums() {
    least = Math.min(x[0], 0);
    float greatest = x[0];
    sumWeight = weight[0];
    sumX = sumWeight * x[0];
    for (int l = 1; l < x.length; l++) {
      least = Math.min(least, x[l]);
      greatest = Math.max(greatest, x[l]);
      sumWeight += weight[l];
      sumX += weight[l] * x[l];
    }
    return greatest;
  }

  private void round(float inverse) {
    for (int l = 0; l < x.length; l++) {
      code[l] = NearestCode.of(inverse * (x[l] - least), search.top());
    }
  }

  private void moments() {
    sumCode = 0;
    sumSquare = 0;
    sumCross = 0;
    for (int l = 0; l < x.length; l++) {
      float weighted = weight[l] * code[l];
      sumCode += weighted;
      sumSquare += weighted * code[l];
      sumCross += weighted * x[l];
    }
  }

  private float keepIfBetter(float determinant, float best) {
    float triedLeast = (sumSquare * sumX - sumCode * sumCross) / determinant;
    float triedScale = (sumWeight * sumCross - sumX * sumCode) / determinant;
    if (triedLeast > 0) {
      triedLeast = 0;
      triedScale = sumCross / sumSquare;
    }
    float error = error(triedScale, triedLeast);
    if (!(error < best)) {
      return best;
    }
    System.arraycopy(code, 0, kept, 0, kept.length);
    scale = triedScale;
    least = triedLeast;
    return error;
  }

  private float error(float triedScale, float triedLeast) {
    float sum = 0;
    for (int l = 0; l < x.length; l++) {
      float difference = triedScale * code[l] + triedLeast - x[l];
      float size = search.norm() == Norm.ABSOLUTE ? Math.abs(difference) : difference * difference;
      sum += weight[l] * size;
    }
    return sum;
  }
}
