package io.halftone.io.gguf.block;

/** The stored numbers of one block, one per array element, before they are packed into bytes. */
final class BlockFields {
  /** Binary16 bits of the scale of the block. */
  short d;

  /** Binary16 bits of the unit of the minima; of the minimum itself in types without cells. */
  short m;

  /** One per cell. */
  final byte[] scale;

  /** One per cell. */
  final byte[] min;

  /** One per weight. */
  final byte[] code;

  BlockFields(BlockLayout layout) {
    scale = new byte[layout.cells()];
    min = new byte[layout.cells()];
    code = new byte[layout.size()];
  }
}
