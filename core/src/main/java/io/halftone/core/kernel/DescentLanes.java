package io.halftone.core.kernel;

/**
 * Some rows of a layer under coordinate descent, one lane per row, for {@link Kernels#descend}.
 *
 * @param count of lanes
 * @param target one value per lane and channel after channel, read
 * @param code as floats, laid out as the target, read and written
 * @param residual R, target − value, laid out as the target, read and written
 * @param spread √(Σ R[k]²·G[k, k]) of each lane before any moves, or more; read
 * @param moved Σ δ²·G[k, k] of each lane over moves by δ since then, read and written
 * @param doubts bit lane mod 64 of word lane / 64 says whether the lane's code was in doubt at the
 *     last channel
 */
public record DescentLanes(
    int count,
    float[] target,
    float[] code,
    float[] residual,
    float[] spread,
    float[] moved,
    long[] doubts) {
  /** Lanes that have not moved, of spread 0. */
  public DescentLanes(int count, float[] target, float[] code, float[] residual) {
    this(
        count,
        target,
        code,
        residual,
        new float[count],
        new float[count],
        new long[(count + Long.SIZE - 1) / Long.SIZE]);
  }

  /**
   * Moves lanes one by one, as {@link Kernels#descend} does.
   *
   * @param first lane; those before it are left alone
   * @return number of lanes that moved
   */
  public int descend(
      int first,
      GridLanes grid,
      DescentChannel channel,
      float[] product,
      int from,
      float[] step,
      int to) {
    int moves = 0;
    for (int lane = first; lane < count; lane++) {
      float now = grid.value(lane, code[channel.index() * count + lane]);
      float best = now + product[from + lane] / channel.diagonal();
      float nearest = grid.nearest(lane, best);
      float value = grid.value(lane, nearest);
      step[to + lane] = move(lane, channel, nearest, value, product[from + lane]);
      moves += step[to + lane] != 0 ? 1 : 0;
    }
    return moves;
  }

  /**
   * Moves a lane to a code if that surely lowers the objective tr(R·G·Rᵀ), else marks a doubt
   * unless it would stay where it is.
   *
   * @param lane index
   * @param nearest code, may be NaN: then the lane stays
   * @param value of the code
   * @param product (R·G)[channel] of the lane
   * @return what the residual changed by, 0 if it stays
   */
  public float move(int lane, DescentChannel channel, float nearest, float value, float product) {
    int element = channel.index() * count + lane;
    float after = target[element] - value;
    float drop = residual[element] - after;
    float fall = drop * (2 * product - drop * channel.diagonal());
    float size = spread[lane] + (float) Math.sqrt(moved[lane]);
    if (fall > channel.tolerance() * Math.abs(drop) * size) {
      code[element] = nearest;
      residual[element] = after;
      moved[lane] += drop * drop * channel.diagonal();
      return -drop;
    }
    if (Math.abs(drop) > 0) {
      doubts[lane / Long.SIZE] |= 1L << lane;
    }
    return 0;
  }
}
