package io.halftone.io.gguf.block;

/**
 * How much an error counts, per input channel: an encoder minimises Σ importance·(ŵ − w)².
 *
 * <p>With the diagonal of the Gram matrix XᵀX that is the output error as far as channels are
 * uncorrelated.
 */
public final class Importance {
  /** Every channel counts the same. */
  public static final Importance UNIFORM = new Importance(new float[0]);

  private final float[] channels;

  private Importance(float[] channels) {
    this.channels = channels;
  }

  /**
   * Importance by channel, scaled so that the largest is 1; its scale is of no account.
   *
   * @param channels one per column of the weight, copied; not negative, at least one positive
   * @throws IllegalArgumentException if a value is negative or not finite, or none is positive
   */
  public static Importance of(float[] channels) {
    float greatest = 0;
    for (int c = 0; c < channels.length; c++) {
      if (!(channels[c] >= 0 && channels[c] <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "importance of channel "
                + c
                + " is "
                + channels[c]
                + ", must be finite and at least 0");
      }
      greatest = Math.max(greatest, channels[c]);
    }
    if (greatest == 0) {
      throw new IllegalArgumentException(
          "importance of all " + channels.length + " channels is 0, one at least must be positive");
    }
    float[] scaled = new float[channels.length];
    for (int c = 0; c < scaled.length; c++) {
      scaled[c] = channels[c] / greatest;
    }
    return new Importance(scaled);
  }

  /** Whether every channel counts the same. */
  public boolean isUniform() {
    return channels.length == 0;
  }

  void requireChannels(int cols) {
    if (!isUniform() && channels.length != cols) {
      throw new IllegalArgumentException(
          "importance is of " + channels.length + " channels, the weight has " + cols);
    }
  }

  float of(int channel) {
    return isUniform() ? 1 : channels[channel];
  }
}
