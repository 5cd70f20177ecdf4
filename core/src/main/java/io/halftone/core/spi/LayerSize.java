package io.halftone.core.spi;

import io.halftone.core.scheme.Granularity;
import io.halftone.core.scheme.TensorScheme;

/**
 * What decides the memory that a layer takes.
 *
 * @param out outputs
 * @param in input channels
 * @param cells of the weight's grid
 */
public record LayerSize(long out, long in, long cells) {
  /**
   * The size of a layer under a scheme; groups that do not divide the channels count as if their
   * last one were short.
   *
   * @param out outputs, at most an int
   * @param in input channels, at most an int
   * @param scheme of its weight
   */
  public static LayerSize of(long out, long in, TensorScheme scheme) {
    return scheme.granularity() instanceof Granularity.PerGroup groups
        ? new LayerSize(out, in, out * ((in + groups.size() - 1) / groups.size()))
        : new LayerSize(
            out,
            in,
            scheme.granularity().layout(Math.toIntExact(out), Math.toIntExact(in)).count());
  }

  /** Number of weights. */
  public long weights() {
    return out * in;
  }

  /** Elements of a matrix of channels by channels. */
  public long square() {
    return in * in;
  }

  /** Bytes of a grid's scales and zero points in memory. */
  public long gridBytes() {
    return 2 * Float.BYTES * cells;
  }
}
