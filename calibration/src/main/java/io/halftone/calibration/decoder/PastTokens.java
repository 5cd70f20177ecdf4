package io.halftone.calibration.decoder;

import io.halftone.core.tensor.FloatMatrix;

/**
 * Float keys and values of the tokens that sequences of equal length have seen in one block, for
 * decoding token by token.
 */
final class PastTokens {
  private final int capacity;
  private final int channels;
  private final float[][] keys;
  private final float[][] values;
  private int length;

  /**
   * Nothing seen yet.
   *
   * @param sequences decoded together
   * @param capacity longest length
   * @param channels of the keys of all heads
   */
  PastTokens(int sequences, int capacity, int channels) {
    this.capacity = capacity;
    this.channels = channels;
    this.keys = new float[sequences][capacity * channels];
    this.values = new float[sequences][capacity * channels];
  }

  /** Tokens seen of each sequence. */
  int length() {
    return length;
  }

  /** Takes one more token of each sequence [sequences, channels]. */
  void append(FloatMatrix key, FloatMatrix value) {
    for (int s = 0; s < keys.length; s++) {
      System.arraycopy(key.data(), key.offset(s), keys[s], length * channels, channels);
      System.arraycopy(value.data(), value.offset(s), values[s], length * channels, channels);
    }
    length++;
  }

  /** All keys of a sequence [capacity, channels], shared. */
  FloatMatrix keys(int sequence) {
    return FloatMatrix.wrap(keys[sequence], capacity, channels);
  }

  /** All values of a sequence [capacity, channels], shared. */
  FloatMatrix values(int sequence) {
    return FloatMatrix.wrap(values[sequence], capacity, channels);
  }
}
