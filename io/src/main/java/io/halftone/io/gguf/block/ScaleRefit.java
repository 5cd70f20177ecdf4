package io.halftone.io.gguf.block;

/** Chooses the scales of a block for the codes it has. */
@FunctionalInterface
interface ScaleRefit {
  /**
   * Replaces scales and minima by better ones for the codes behind the moments.
   *
   * @param moments of the block's cells, from {@code first}
   * @param fields scales and minima are read and written, codes are not touched
   */
  void refit(Moments moments, int first, BlockFields fields);
}
