package io.halftone.io.gguf.block;

import io.halftone.core.tensor.FloatMatrix;

/** Encodes rows of weights; not safe for concurrent use, make one per thread. */
public interface BlockEncoder {
  /**
   * Encodes rows [from, to), one after the other.
   *
   * @param weight [out, in], finite; in a multiple of the block size; read
   * @param from first row
   * @param to end of the rows
   * @param importance of the input channels
   * @param blocks written from {@code at}
   * @param at first byte
   * @throws IllegalArgumentException if the number of columns or the importance does not fit, or a
   *     weight is not finite or too large for the type; names row and column
   */
  void encode(FloatMatrix weight, int from, int to, Importance importance, byte[] blocks, int at);
}
