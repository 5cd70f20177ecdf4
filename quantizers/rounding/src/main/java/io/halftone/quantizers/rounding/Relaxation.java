package io.halftone.quantizers.rounding;

/**
 * Leaves a local optimum: one sweep of coordinate descent over real values, off the grid, and one
 * that rounds every weight back onto it. The error may rise; descent over codes is to follow.
 */
final class Relaxation {
  private final DescentGram gram;

  private Relaxation(DescentGram gram) {
    this.gram = gram;
  }

  /**
   * Moves a point, on its grid.
   *
   * @param sweep of the point
   */
  static void of(DescentPoint point, DescentGram gram, ColumnSweep sweep) {
    Relaxation relaxation = new Relaxation(gram);
    sweep.run(tile -> relaxation.relaxed(point.tile(tile)));
    sweep.run(tile -> relaxation.rounded(point.tile(tile)));
  }

  /** Moves each weight to its best real value, of which only the residual is kept. */
  private BlockSweep.Move relaxed(DescentTile tile) {
    float[] residual = tile.residual();
    return (column, product, at, step, to) -> {
      if (!gram.isAlive(column)) {
        return false;
      }
      tile.select(column);
      float diagonal = gram.diagonal()[column];
      int element = tile.element();
      for (int i = 0; i < tile.rows(); i++) {
        float move = product[at + i] / diagonal;
        residual[element + i] -= move;
        step[to + i] = -move;
      }
      return true;
    };
  }

  /** Moves each weight to the point of the grid nearest to its best real value. */
  private BlockSweep.Move rounded(DescentTile tile) {
    float[] target = tile.target();
    float[] residual = tile.residual();
    return (column, product, at, step, to) -> {
      if (!gram.isAlive(column)) {
        return false;
      }
      tile.select(column);
      float diagonal = gram.diagonal()[column];
      float[] best = tile.value();
      int element = tile.element();
      for (int i = 0; i < best.length; i++) {
        best[i] = target[element + i] - residual[element + i] + product[at + i] / diagonal;
      }
      tile.round();
      System.arraycopy(tile.nearestCode(), 0, tile.code(), element, best.length);
      for (int i = 0; i < best.length; i++) {
        float after = target[element + i] - tile.nearest()[i];
        step[to + i] = after - residual[element + i];
        residual[element + i] = after;
      }
      return true;
    };
  }
}
