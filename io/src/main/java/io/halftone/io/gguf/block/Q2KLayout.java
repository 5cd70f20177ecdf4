package io.halftone.io.gguf.block;

/** Q2_K: 16 cells of 16 weights, 2-bit codes, 4-bit scales and minima. */
record Q2KLayout() implements BlockLayout {
  private static final float[] LEVELS = Levels.integers(2, 0);
  private static final int CODES = 16;
  private static final int SCALE = 80;

  @Override
  public int size() {
    return SuperBlock.SIZE;
  }

  @Override
  public int bytes() {
    return SCALE + 2 * Short.BYTES;
  }

  @Override
  public int cellSize() {
    return 16;
  }

  @Override
  public float[] levels() {
    return LEVELS;
  }

  @Override
  public void unpack(byte[] block, int at, BlockFields fields) {
    for (int cell = 0; cell < cells(); cell++) {
      fields.scale[cell] = (byte) (block[at + cell] & 15);
      fields.min[cell] = (byte) (block[at + cell] >> 4 & 15);
    }
    SuperBlock.unpackPairs(block, at + CODES, fields.code);
    fields.d = Half.read(block, at + SCALE);
    fields.m = Half.read(block, at + SCALE + Short.BYTES);
  }

  @Override
  public void pack(BlockFields fields, byte[] block, int at) {
    for (int cell = 0; cell < cells(); cell++) {
      block[at + cell] = (byte) (fields.scale[cell] | fields.min[cell] << 4);
    }
    SuperBlock.packPairs(fields.code, block, at + CODES);
    Half.write(fields.d, block, at + SCALE);
    Half.write(fields.m, block, at + SCALE + Short.BYTES);
  }

  @Override
  public float scale(BlockFields fields, int cell) {
    return Half.value(fields.d) * fields.scale[cell];
  }

  @Override
  public float offset(BlockFields fields, int cell) {
    return Half.value(fields.m) * fields.min[cell];
  }
}
