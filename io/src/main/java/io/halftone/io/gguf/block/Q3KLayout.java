package io.halftone.io.gguf.block;

/** Q3_K: 16 cells of 16 weights, 3-bit codes, 6-bit scales, no minima. */
record Q3KLayout() implements BlockLayout {
  private static final float[] LEVELS = Levels.integers(3, 4);
  private static final int HIGH_BITS = 32;
  private static final int CODES = HIGH_BITS;
  private static final int SCALES = 96;
  private static final int SCALE = 108;
  private static final int ZERO_SCALE = 32;

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
    SuperBlock.unpackPairs(block, at + CODES, fields.code);
    for (int i = 0; i < size(); i++) {
      fields.code[i] |= (byte) ((block[at + i % HIGH_BITS] >> i / HIGH_BITS & 1) << 2);
    }
    for (int cell = 0; cell < cells(); cell++) {
      int low = block[at + SCALES + cell % 8] >> 4 * (cell / 8) & 15;
      int high = block[at + SCALES + 8 + cell % 4] >> 2 * (cell / 4) & 3;
      fields.scale[cell] = (byte) ((low | high << 4) - ZERO_SCALE);
    }
    fields.d = Half.read(block, at + SCALE);
  }

  @Override
  public void pack(BlockFields fields, byte[] block, int at) {
    for (int l = 0; l < HIGH_BITS; l++) {
      int high = 0;
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        high |= (fields.code[HIGH_BITS * bit + l] >> 2 & 1) << bit;
      }
      block[at + l] = (byte) high;
    }
    SuperBlock.packPairs(fields.code, block, at + CODES);
    for (int j = 0; j < 8; j++) {
      block[at + SCALES + j] = (byte) (stored(fields, j) & 15 | (stored(fields, j + 8) & 15) << 4);
    }
    for (int j = 0; j < 4; j++) {
      int high = 0;
      for (int k = 0; k < 4; k++) {
        high |= stored(fields, j + 4 * k) >> 4 << 2 * k;
      }
      block[at + SCALES + 8 + j] = (byte) high;
    }
    Half.write(fields.d, block, at + SCALE);
  }

  private static int stored(BlockFields fields, int cell) {
    return fields.scale[cell] + ZERO_SCALE;
  }

  @Override
  public float scale(BlockFields fields, int cell) {
    return Half.value(fields.d) * fields.scale[cell];
  }
}
