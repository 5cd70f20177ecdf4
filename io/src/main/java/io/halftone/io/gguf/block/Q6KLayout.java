package io.halftone.io.gguf.block;

/** Q6_K: 16 cells of 16 weights, 6-bit codes, 8-bit signed scales, no minima. */
record Q6KLayout() implements BlockLayout {
  private static final float[] LEVELS = Levels.integers(6, 32);
  private static final int HIGH_BITS = 128;
  private static final int SCALES = 192;
  private static final int SCALE = 208;

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
    return 16;
  }

  @Override
  public float[] levels() {
    return LEVELS;
  }

  @Override
  public void unpack(byte[] block, int at, BlockFields fields) {
    for (int half = 0; half < 2; half++) {
      Nibbles.unpack(block, at + 64 * half, 64, fields.code, 128 * half);
      for (int l = 0; l < 32; l++) {
        int high = block[at + HIGH_BITS + 32 * half + l];
        for (int quarter = 0; quarter < 4; quarter++) {
          fields.code[128 * half + 32 * quarter + l] |= (byte) ((high >> 2 * quarter & 3) << 4);
        }
      }
    }
    System.arraycopy(block, at + SCALES, fields.scale, 0, cells());
    fields.d = Half.read(block, at + SCALE);
  }

  @Override
  public void pack(BlockFields fields, byte[] block, int at) {
    byte[] code = fields.code;
    for (int half = 0; half < 2; half++) {
      Nibbles.pack(code, 128 * half, 64, block, at + 64 * half);
      for (int l = 0; l < 32; l++) {
        int i = 128 * half + l;
        block[at + HIGH_BITS + 32 * half + l] =
            (byte)
                (code[i] >> 4
                    | code[i + 32] >> 4 << 2
                    | code[i + 64] >> 4 << 4
                    | code[i + 96] >> 4 << 6);
      }
    }
    System.arraycopy(fields.scale, 0, block, at + SCALES, cells());
    Half.write(fields.d, block, at + SCALE);
  }

  @Override
  public float scale(BlockFields fields, int cell) {
    return Half.value(fields.d) * fields.scale[cell];
  }
}
