package io.halftone.io.gguf.block;

/** Decodes and encodes one block type. */
public interface BlockCodec {
  /** Weights in a block, 1 for types without blocks. */
  int blockSize();

  /** Bytes of a block. */
  int blockBytes();

  /**
   * Decodes whole blocks, exactly as ggml does.
   *
   * @param blocks read from {@code at}
   * @param at first byte
   * @param weights written from {@code offset}
   * @param offset first weight
   * @param count weights, a multiple of the block size
   * @throws IllegalArgumentException if it is not
   */
  void decode(byte[] blocks, int at, float[] weights, int offset, int count);

  /** Halftone's encoder: never a larger squared error than {@link #referenceEncoder()}. */
  BlockEncoder encoder();

  /** The encoder whose bytes equal those of ggml; knows uniform importance only. */
  BlockEncoder referenceEncoder();

  /**
   * Bytes of a row.
   *
   * @param cols weights of a row
   * @throws IllegalArgumentException if they are not a whole number of blocks
   */
  default int rowBytes(int cols) {
    BlockType.requireWhole(cols, blockSize());
    return Math.toIntExact((long) cols / blockSize() * blockBytes());
  }
}
