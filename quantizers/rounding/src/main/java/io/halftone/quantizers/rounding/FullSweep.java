package io.halftone.quantizers.rounding;

import io.halftone.core.kernel.Compute;
import io.halftone.core.kernel.DescentChannel;
import io.halftone.core.kernel.DescentLanes;
import java.util.stream.IntStream;

/**
 * A sweep of descent over codes that looks at every code of every row, at the cost of one matrix
 * product and the search. Codes of which float arithmetic cannot tell whether moving them lowers
 * the objective are looked at again at the end, with products in double.
 */
final class FullSweep {
  /** Rounding errors of a few operations, relative. */
  private static final double STEP_NOISE = 0x1p-20;

  /** Of bounds, for their own rounding errors: those of a sum of moves in float among them. */
  private static final double MARGIN = 1.01;

  /** Residuals in a cache line: those of so many rows are read together. */
  private static final int LINE = 16;

  private final DescentGram gram;
  private final DescentPoint point;
  private final Compute compute;
  private final ColumnSweep sweep;
  private final double noise;
  private final DescentTile[] tiles;
  private final DescentLanes[] lanes;
  private final DoubtfulCodes[] doubts;

  /** Prepares a sweep from a point. */
  FullSweep(DescentGram gram, DescentPoint point, Compute compute) {
    this.gram = gram;
    this.point = point;
    this.compute = compute;
    this.sweep = new ColumnSweep(gram.rounded(), point, compute);
    this.noise = DescentGram.noise(gram.size() + ColumnSweep.BLOCK) + STEP_NOISE;
    this.tiles = new DescentTile[point.tiles()];
    this.lanes = new DescentLanes[tiles.length];
    this.doubts = new DoubtfulCodes[tiles.length];
    for (int tile = 0; tile < tiles.length; tile++) {
      tiles[tile] = point.tile(tile);
      lanes[tile] = tiles[tile].lanes();
      doubts[tile] = new DoubtfulCodes(gram.size());
    }
  }

  /**
   * Moves the point; once only.
   *
   * @return the rows in which a code changed
   */
  int[] run() {
    compute.parallel(tiles.length, this::measure);
    sweep.run(Descent::new);
    compute.parallel(tiles.length, this::settle);
    return IntStream.range(0, point.out())
        .filter(r -> lanes[r / ColumnSweep.ROWS].moved()[r % ColumnSweep.ROWS] > 0)
        .toArray();
  }

  /** Measures the spread of a tile's rows. */
  private void measure(int tile) {
    DescentLanes rows = lanes[tile];
    double[] sum = new double[rows.count()];
    float[] residual = rows.residual();
    for (int k = 0; k < gram.size(); k++) {
      double weight = gram.diagonal()[k];
      int at = point.residual().offset(k) + tile * ColumnSweep.ROWS;
      for (int i = 0; i < sum.length; i++) {
        double value = residual[at + i];
        sum[i] += value * value * weight;
      }
    }
    for (int i = 0; i < sum.length; i++) {
      rows.spread()[i] = (float) (MARGIN * Math.sqrt(sum[i]));
    }
  }

  private float tolerance(int column) {
    return (float) (MARGIN * 2 * noise * gram.coupling()[column]);
  }

  /** Moves the codes of a tile that surely lower the objective. */
  private final class Descent implements ColumnSweep.Move {
    private final int tile;

    Descent(int tile) {
      this.tile = tile;
    }

    @Override
    public boolean column(int column, float[] product, int at, float[] step, int to) {
      tiles[tile].select(column);
      if (!gram.isAlive(column)) {
        tiles[tile].roundTarget();
        return false;
      }
      DescentChannel channel =
          new DescentChannel(column, tiles[tile].at(), gram.diagonal()[column], tolerance(column));
      boolean any =
          tiles[tile].descend(compute.kernels(), lanes[tile], channel, product, at, step, to);
      doubts[tile].add(column, lanes[tile].doubts());
      return any;
    }
  }

  /** Decides on the codes of a tile that were in doubt. */
  private void settle(int tile) {
    doubts[tile].sort();
    float[][] residual = new float[LINE][gram.size()];
    for (int first = 0; first < tiles[tile].rows(); first += LINE) {
      int end = Math.min(tiles[tile].rows(), first + LINE);
      gather(tile * ColumnSweep.ROWS + first, end - first, residual);
      for (int lane = first; lane < end; lane++) {
        settle(tile, lane, doubts[tile].columns(lane), residual[lane - first]);
      }
    }
  }

  /** The residuals of some rows, one array each. */
  private void gather(int first, int rows, float[][] to) {
    float[] from = point.residual().data();
    for (int k = 0; k < gram.size(); k++) {
      int at = point.residual().offset(k) + first;
      for (int r = 0; r < rows; r++) {
        to[r][k] = from[at + r];
      }
    }
  }

  /** Decides on the codes of a row in doubt; its residuals are read and written. */
  private void settle(int tile, int lane, int[] columns, float[] residual) {
    DescentLanes rows = lanes[tile];
    int row = tile * ColumnSweep.ROWS + lane;
    double spread = columns.length == 0 ? 0 : gram.spread(residual, 0);
    double moved = 0;
    for (int column : columns) {
      int element = column * rows.count() + lane;
      double product = gram.product(residual, 0, column);
      float now = point.value(row, column, (int) rows.code()[element]);
      float best = now + (float) product / gram.diagonal()[column];
      int nearest = point.nearestCode(row, column, best);
      float after = rows.target()[element] - point.value(row, column, nearest);
      double step = (double) residual[column] - after;
      if (gram.lowersExactly(column, step, product, spread + Math.sqrt(moved))) {
        double energy = step * step * gram.diagonal()[column];
        moved += energy;
        rows.moved()[lane] += Math.max(Float.MIN_VALUE, (float) energy);
        rows.code()[element] = nearest;
        rows.residual()[point.residual().offset(column) + row] = after;
        residual[column] = after;
      }
    }
  }
}
