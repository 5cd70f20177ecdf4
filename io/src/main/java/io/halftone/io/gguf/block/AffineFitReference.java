package io.halftone.io.gguf.block;

/**
 * The reference's fit of scale and minimum to the weights of a cell: weighted least squares for
 * ranges around the full one, the minimum at most 0.
 *
 * <p>Not safe for concurrent use: holds what it works on.
 *
 * @see <a href="https://github.com/ggml-org/llama.cpp">ggml-quants.c, make_qkx2_quants</a>
 */
final class AffineFitReference {
  private final int maxCode;
  private final float firstShift;
  private final int steps;
  private final boolean absolute;
  private final float[] weight;
  private final int[] tried;
  private float sumWeight;
  private float sumX;

  /** Found scale. */
  float scale;

  /** Found minimum with the sign turned, not negative. */
  float min;

  /**
   * Prepares fits.
   *
   * @param cellSize weights a cell
   * @param maxCode largest code
   * @param firstShift of the ranges' code count
   * @param steps after the first, a tenth of a code each
   * @param absolute whether fits are compared by absolute instead of squared errors
   */
  AffineFitReference(int cellSize, int maxCode, float firstShift, int steps, boolean absolute) {
    this.maxCode = maxCode;
    this.firstShift = firstShift;
    this.steps = steps;
    this.absolute = absolute;
    weight = new float[cellSize];
    tried = new int[cellSize];
  }

  /** Importance of the cell's weights, to be written before {@link #fit}. */
  float[] weight() {
    return weight;
  }

  /**
   * Fits a cell.
   *
   * @param x read
   * @param code written from {@code first}
   */
  void fit(float[] x, int at, byte[] code, int first) {
    int count = weight.length;
    float least = Math.min(0, Extremes.least(x, at, count));
    float greatest = Extremes.greatest(x, at, count);
    scale = 0;
    min = -least;
    if (greatest == least) {
      java.util.Arrays.fill(code, first, first + count, (byte) 0);
      return;
    }
    sums(x, at);
    float inverse = maxCode / (greatest - least);
    scale = 1 / inverse;
    round(x, at, inverse, least);
    keep(code, first);
    float best = error(x, at, scale, least);
    for (int step = 0; step <= steps; step++) {
      round(x, at, (firstShift + 0.1f * step + maxCode) / (greatest - least), least);
      float[] solution = solve(x, at);
      if (solution.length > 0) {
        float error = error(x, at, solution[0], solution[1]);
        if (error < best) {
          keep(code, first);
          best = error;
          scale = solution[0];
          least = solution[1];
        }
      }
    }
    min = -least;
  }

  private void sums(float[] x, int at) {
    sumWeight = weight[0];
    sumX = sumWeight * x[at];
    for (int i = 1; i < weight.length; i++) {
      sumWeight += weight[i];
      sumX += weight[i] * x[at + i];
    }
  }

  private void round(float[] x, int at, float inverse, float least) {
    for (int i = 0; i < tried.length; i++) {
      tried[i] = Rounding.clamp(Rounding.nearest(inverse * (x[at + i] - least)), 0, maxCode);
    }
  }

  private void keep(byte[] code, int first) {
    for (int i = 0; i < tried.length; i++) {
      code[first + i] = (byte) tried[i];
    }
  }

  /** Scale and minimum, or nothing when all codes are equal. */
  private float[] solve(float[] x, int at) {
    float sumCode = 0;
    float sumSquare = 0;
    float sumCross = 0;
    for (int i = 0; i < tried.length; i++) {
      float weighted = weight[i] * tried[i];
      sumCode += weighted;
      sumSquare += weighted * tried[i];
      sumCross += weighted * x[at + i];
    }
    float determinant = sumWeight * sumSquare - sumCode * sumCode;
    if (!(determinant > 0)) {
      return new float[0];
    }
    float least = (sumSquare * sumX - sumCode * sumCross) / determinant;
    return least > 0
        ? new float[] {sumCross / sumSquare, 0}
        : new float[] {(sumWeight * sumCross - sumX * sumCode) / determinant, least};
  }

  private float error(float[] x, int at, float step, float least) {
    float sum = 0;
    for (int i = 0; i < tried.length; i++) {
      float difference = step * tried[i] + least - x[at + i];
      sum += weight[i] * (absolute ? Math.abs(difference) : difference * difference);
    }
    return sum;
  }
}
