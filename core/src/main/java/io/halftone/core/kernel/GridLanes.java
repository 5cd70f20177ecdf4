package io.halftone.core.kernel;

/**
 * An integer grid in each of some lanes: code c stands for (c − zero)·scale.
 *
 * @param min smallest code, above −2^22
 * @param max largest code, below 2^22
 * @param scale one per lane, finite
 * @param zero one per lane, an integer of at most 2^20 either way
 */
public record GridLanes(float min, float max, float[] scale, float[] zero) {
  /** Steps beyond this saturate either way, and are rounded by {@link GridResidual#ROUND}. */
  public static final float FARTHEST = 0x1p22f;

  /** The code nearest to a value, ties to even steps; NaN where 0 is divided by scale 0. */
  public float nearest(int lane, float value) {
    float steps = Math.max(-FARTHEST, Math.min(FARTHEST, value / scale[lane]));
    float rounded = steps + GridResidual.ROUND - GridResidual.ROUND + zero[lane];
    return Math.max(min, Math.min(max, rounded));
  }

  /** The value of a code. */
  public float value(int lane, float code) {
    return (code - zero[lane]) * scale[lane];
  }
}
