package io.halftone.io.gguf.block;

import io.halftone.core.tensor.FloatMatrix;

/**
 * Encodes as the reference does, in one pass, where every channel counts the same, and searches
 * where some count more.
 *
 * @param uniform knows uniform importance only
 * @param weighted knows any
 */
record ByImportance(BlockEncoder uniform, BlockEncoder weighted) implements BlockEncoder {
  @Override
  public void encode(
      FloatMatrix weight, int from, int to, Importance importance, byte[] blocks, int at) {
    (importance.isUniform() ? uniform : weighted).encode(weight, from, to, importance, blocks, at);
  }
}
