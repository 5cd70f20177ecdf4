package io.halftone.io.gguf.block;

import io.halftone.core.tensor.FloatMatrix;
import java.util.function.Supplier;

/**
 * Codec of a type with codes and scales.
 *
 * @param layout of a block
 * @param reference gives the reference's encoder
 * @param own gives Halftone's encoder
 */
record GridCodec(BlockLayout layout, Supplier<FieldEncoder> reference, Supplier<BlockEncoder> own)
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
    return new ReferenceEncoder(this, reference.get());
  }

  private record ReferenceEncoder(GridCodec codec, FieldEncoder fields) implements BlockEncoder {
    @Override
    public void encode(
        FloatMatrix weight, int from, int to, Importance importance, byte[] blocks, int at) {
      if (!importance.isUniform()) {
        throw new IllegalArgumentException("the reference encoder knows uniform importance only");
      }
      BlockLayout layout = codec.layout;
      BlockFields block = new BlockFields(layout);
      int bytes = codec.rowBytes(weight.cols());
      for (int row = from; row < to; row++) {
        Rows.requireFinite(weight, row);
        for (int b = 0; b < bytes / layout.bytes(); b++) {
          fields.encode(weight.data(), weight.offset(row) + b * layout.size(), block);
          layout.pack(block, blocks, at + (row - from) * bytes + b * layout.bytes());
        }
      }
    }
  }
}
