package io.halftone.core.kernel;

/**
 * Some rows of a layer under coordinate descent, one lane per row, for {@link Kernels#descend}.
 *
 * @param count of lanes
 * @param target one value per lane and channel after channel, read
 * @param code as floats, laid out as the target, read and written
 * @param residual R, target − value, the lanes of one channel contiguous; read and written
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
   * Moves a lane to the code nearest to its best value, as {@link Kernels#descend} does.
   *
   * @param grid of the channel
   * @param lane index
   * @param channel its index
   * @param at index of the channel's first residual
   * @return what the residual changed by, 0 if it stays
   */
  public float move(
      GridLanes grid,
      int lane,
      int channel,
      int at,
      float product,
      float diagonal,
      float tolerance) {
    float best = grid.value(lane, code[channel * count + lane]) + product / diagonal;
    float nearest = grid.nearest(lane, best);
    float value = grid.value(lane, nearest);
    return move(lane, channel, at, nearest, value, product, diagonal, tolerance);
  }

  /**
   * Moves a lane to a code if that surely lowers the objective tr(R·G·Rᵀ), else marks a doubt
   * unless it would stay where it is.
   *
   * @param lane index
   * @param channel its index
   * @param at index of the channel's first residual
   * @param nearest code, may be NaN: then the lane stays
   * @param value of the code
   * @param product (R·G)[channel] of the lane
   * @param diagonal G[channel, channel]
   * @param tolerance of the fall, per unit of |δ|·√(Σ R[k]²·G[k, k])
   * @return what the residual changed by, 0 if it stays
   */
  public float move(
      int lane,
      int channel,
      int at,
      float nearest,
      float value,
      float product,
      float diagonal,
      float tolerance) {
    int element = channel * count + lane;
    float after = target[element] - value;
    float drop = residual[at + lane] - after;
    float fall = drop * (2 * product - drop * diagonal);
    float size = spread[lane] + (float) Math.sqrt(moved[lane]);
    if (fall > tolerance * Math.abs(drop) * size) {
      code[element] = nearest;
      residual[at + lane] = after;
      moved[lane] += drop * drop * diagonal;
      return -drop;
    }
    if (Math.abs(drop) > 0) {
      doubts[lane / Long.SIZE] |= 1L << lane;
    }
    return 0;
  }
}
