package io.halftone.io.gguf.block;

/** TQ2_0: 256 codes of 2 bits for −1, 0, 1 (and 2) and one scale. */
record TernaryLayout() implements BlockLayout {
  private static final float[] LEVELS = Levels.integers(2, 1);
  private static final int SCALE = 64;

  @Override
  public int size() {
    return SuperBlock.SIZE;
  }

  @Override
  public int bytes() {
    return SCALE + Short.BYTES;
  }

  @Override
  public int cellSize() {
    return size();
  }

  @Override
  public float[] levels() {
    return LEVELS;
  }

  @Override
  public int topCode() {
    return 2;
  }

  @Override
  public void unpack(byte[] block, int at, BlockFields fields) {
    SuperBlock.unpackPairs(block, at, fields.code);
    fields.d = Half.read(block, at + SCALE);
  }

  @Override
  public void pack(BlockFields fields, byte[] block, int at) {
    SuperBlock.packPairs(fields.code, block, at);
    Half.write(fields.d, block, at + SCALE);
  }

  @Override
  public float scale(BlockFields fields, int cell) {
    return Half.value(fields.d);
  }
}
