package io.halftone.quantizers.grids;

/** The loss of a cell when its weights are rounded to a candidate grid. */
interface CellLoss {
  /**
   * The loss on a grid, or any number that is at least the bound as soon as the loss cannot be
   * below it.
   *
   * <p>A range shrunk too far shows at the ends: their terms are looked at first, and a rounded sum
   * of terms that are not negative is never below one of them.
   */
  double of(float scale, float zero, double bound);

  /**
   * What the loss is at least on every grid whose values span less than the cell's.
   *
   * @param excess by how much, not negative: the distances of the cell's ends to the grid add up to
   *     this or more
   */
  double ofExcess(double excess);
}
