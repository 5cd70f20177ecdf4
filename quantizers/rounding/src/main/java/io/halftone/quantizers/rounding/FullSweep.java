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

  /** Cache lines that stay in the first-level cache while all their rows are read. */
  private static final int LINES = 256;

  private final DescentGram gram;
  private final DescentPoint point;
  private final Compute compute;
  private final ColumnSweep sweep;
  private final double noise;
  private final DescentTile[] tiles;
  private final DescentLanes[] lanes;
  private final DoubtfulCodes[] doubts;

  /**
   * Prepares a sweep from a point.
   *
   * @param sweep of the point
   */
  FullSweep(DescentGram gram, DescentPoint point, ColumnSweep sweep, Compute compute) {
    this.gram = gram;
    this.point = point;
    this.compute = compute;
    this.sweep = sweep;
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
        .filter(r -> lanes[r / RowTiles.ROWS].moved()[r % RowTiles.ROWS] > 0)
        .toArray();
  }

  /** Measures the spread of a tile's rows. */
  private void measure(int tile) {
    double[] spread = gram.spreads(lanes[tile].residual(), 0, lanes[tile].count());
    for (int i = 0; i < spread.length; i++) {
      lanes[tile].spread()[i] = (float) (MARGIN * spread[i]);
    }
  }

  private float tolerance(int column) {
    return (float) (MARGIN * 2 * noise * gram.coupling()[column]);
  }

  /** Moves the codes of a tile that surely lower the objective. */
  private final class Descent implements BlockSweep.Move {
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
          new DescentChannel(column, gram.diagonal()[column], tolerance(column));
      boolean any =
          tiles[tile].descend(compute.kernels(), lanes[tile], channel, product, at, step, to);
      doubts[tile].add(column, lanes[tile].doubts());
      return any;
    }
  }

  /** Decides on the codes of a tile that were in doubt. */
  private void settle(int tile) {
    doubts[tile].sort();
    int count = lanes[tile].count();
    double[] spread = gram.spreads(lanes[tile].residual(), 0, count);
    float[][] residual = new float[RowTiles.LINE][gram.size()];
    for (int first = 0; first < count; first += RowTiles.LINE) {
      int end = Math.min(count, first + RowTiles.LINE);
      gather(lanes[tile], first, end, residual);
      for (int lane = first; lane < end; lane++) {
        settle(tile, lane, residual[lane - first], spread[lane]);
      }
    }
  }

  /** The residuals of some rows, one array each. */
  private void gather(DescentLanes rows, int first, int end, float[][] to) {
    float[] from = rows.residual();
    for (int k0 = 0; k0 < gram.size(); k0 += LINES) {
      int k1 = Math.min(gram.size(), k0 + LINES);
      for (int r = first; r < end; r++) {
        float[] row = to[r - first];
        for (int k = k0; k < k1; k++) {
          row[k] = from[k * rows.count() + r];
        }
      }
    }
  }

  /** Decides on the codes of a row in doubt; its residuals are read and written. */
  private void settle(int tile, int lane, float[] residual, double spread) {
    DescentLanes rows = lanes[tile];
    int row = tile * RowTiles.ROWS + lane;
    double moved = 0;
    for (int column : doubts[tile].columns(lane)) {
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
        rows.residual()[element] = after;
        residual[column] = after;
      }
    }
  }
}
