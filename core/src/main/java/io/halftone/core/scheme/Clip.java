package io.halftone.core.scheme;

/**
 * How much of a cell's range its codes span; values beyond saturate.
 *
 * @param ratio part of the range, in (0, 1]
 * @see <a href="https://arxiv.org/abs/2404.00456">Ashkboos et al., QuaRot, 2024, section 5 (clip
 *     ratios of activations and caches)</a>
 */
public record Clip(float ratio) {
  /** The whole range. */
  public static final Clip NONE = new Clip(1);

  /** Validates the range. */
  public Clip {
    if (!(ratio > 0 && ratio <= 1)) {
      throw new IllegalArgumentException("clip ratio is " + ratio + ", must be in (0, 1]");
    }
  }
}
