package io.halftone.io.gguf.block;

import io.halftone.core.tensor.FloatMatrix;

/**
 * Encodes block by block as the reference does.
 *
 * @param layout of a block
 * @param fields chooses the numbers of a block
 */
record ReferenceEncoder(BlockLayout layout, FieldEncoder fields) implements BlockEncoder {
  @Override
  public void encode(
      FloatMatrix weight, int from, int to, Importance importance, byte[] blocks, int at) {
    if (!importance.isUniform()) {
      throw new IllegalArgumentException("the reference encoder knows uniform importance only");
    }
    BlockType.requireWhole(weight.cols(), layout.size());
    BlockFields block = new BlockFields(layout);
    int bytes = weight.cols() / layout.size() * layout.bytes();
    for (int row = from; row < to; row++) {
      Rows.requireFinite(weight, row);
      for (int b = 0; b < bytes / layout.bytes(); b++) {
        fields.encode(weight.data(), weight.offset(row) + b * layout.size(), block);
        layout.pack(block, blocks, at + (row - from) * bytes + b * layout.bytes());
      }
    }
  }
}
