package io.halftone.io.gguf.block;

import java.util.function.Supplier;

/**
 * Codec of a type with codes and scales.
 *
 * @param layout of a block
 * @param reference gives the reference's encoder
 * @param own gives Halftone's encoder
 */
record GridCodec(BlockLayout layout, Supplier<BlockEncoder> reference, Supplier<BlockEncoder> own)
    implements BlockCodec {
  @Override
  public int blockSize() {
    return layout.size();
  }

  @Override
  public int blockBytes() {
    return layout.bytes();
  }

  @Override
  public void decode(byte[] blocks, int at, float[] weights, int offset, int count) {
    int end = at + rowBytes(count);
    BlockFields fields = new BlockFields(layout);
    for (int from = at, to = offset; from < end; from += layout.bytes(), to += layout.size()) {
      layout.unpack(blocks, from, fields);
      layout.decode(fields, weights, to);
    }
  }

  @Override
  public BlockEncoder encoder() {
    return own.get();
  }

  @Override
  public BlockEncoder referenceEncoder() {
    return reference.get();
  }
}
