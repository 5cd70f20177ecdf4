package io.halftone.io.gguf.block;

/** Chooses the stored numbers of one block. */
@FunctionalInterface
interface FieldEncoder {
  /**
   * Fills every field that the block's layout reads.
   *
   * @param x finite weights, read from {@code at}
   * @param fields written
   */
  void encode(float[] x, int at, BlockFields fields);
}
