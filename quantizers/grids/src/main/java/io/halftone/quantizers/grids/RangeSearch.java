package io.halftone.quantizers.grids;

import io.halftone.core.quantized.Grid;

/**
 * Shrinks the range of a cell step by step and keeps the grid with the smallest loss, the widest of
 * several.
 *
 * <p>Candidate i covers the range times 1 − reach·i/steps; candidate 0 is the plain range, so the
 * result is never worse. Grids that span so little of the cell that its ends alone cost more than
 * the best, and all narrower ones, are left out.
 *
 * @param steps number of candidates, at least 1
 * @param reach largest share of the range that is given up, in (0, 1)
 */
record RangeSearch(RangeRule rule, int steps, double reach) {
  RangeSearch {
    if (steps < 1 || !(reach > 0 && reach < 1)) {
      throw new IllegalArgumentException(
          "search has "
              + steps
              + " steps, needs at least 1, and a reach of "
              + reach
              + ", must be in (0, 1)");
    }
  }

  /** The share of the range that a candidate keeps. */
  double kept(int candidate) {
    return 1 - reach * candidate / steps;
  }

  /**
   * Searches one cell.
   *
   * @param min of the cell's range
   * @param max of the cell's range
   * @param grid read and written at the cell; holds the plain range before
   * @return the loss on the resulting grid
   */
  double improve(int cell, float min, float max, CellLoss loss, Grid grid) {
    double width = (double) max - min;
    double levels = (double) rule.format().maxValue() - rule.format().minValue();
    double best = loss.of(grid.scale()[cell], grid.zero()[cell], Double.POSITIVE_INFINITY);
    boolean tooNarrow = false;
    for (int i = 1; i < steps && best > 0 && !tooNarrow; i++) {
      float low = (float) (kept(i) * min);
      float high = (float) (kept(i) * max);
      float scale = rule.store(rule.step(low, high));
      double excess = Math.max(0, width - levels * scale);
      tooNarrow = loss.ofExcess(excess) >= best;
      float zero = rule.zero(low, high, scale);
      double candidate = tooNarrow ? best : loss.of(scale, zero, best);
      if (candidate < best) {
        best = candidate;
        grid.scale()[cell] = scale;
        grid.zero()[cell] = zero;
      }
    }
    return best;
  }
}
