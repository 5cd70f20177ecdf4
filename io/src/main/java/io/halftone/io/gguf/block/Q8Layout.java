package io.halftone.io.gguf.block;

/** Q8_0: 32 signed bytes and one scale. */
record Q8Layout() implements BlockLayout {
  private static final int CODES = Short.BYTES;

  @Override
  public int size() {
    return 32;
  }

  @Override
  public int bytes() {
    return CODES + size();
  }

  @Override
  public int cellSize() {
    return size();
  }

  @Override
  public float[] levels() {
    return Levels.SIGNED_BYTES;
  }

  @Override
  public void unpack(byte[] block, int at, BlockFields fields) {
    fields.d = Half.read(block, at);
    System.arraycopy(block, at + CODES, fields.code, 0, size());
  }

  @Override
  public void pack(BlockFields fields, byte[] block, int at) {
    Half.write(fields.d, block, at);
    System.arraycopy(fields.code, 0, block, at + CODES, size());
  }

  @Override
  public float scale(BlockFields fields, int cell) {
    return Half.value(fields.d);
  }
}
