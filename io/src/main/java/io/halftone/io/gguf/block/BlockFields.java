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

  /** Takes over scales and minima. */
  void copyScales(BlockFields other) {
    d = other.d;
    m = other.m;
    System.arraycopy(other.scale, 0, scale, 0, scale.length);
    System.arraycopy(other.min, 0, min, 0, min.length);
  }

  /** Takes over everything. */
  void copy(BlockFields other) {
    copyScales(other);
    System.arraycopy(other.code, 0, code, 0, code.length);
  }
}
