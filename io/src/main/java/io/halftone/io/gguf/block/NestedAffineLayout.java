package io.halftone.io.gguf.block;

/**
 * Q4_K, Q5_K: 8 cells of 32 weights, 4- or 5-bit codes, 6-bit scales and minima.
 *
 * @param bits of a code, 4 or 5
 * @param levels of the codes
 */
record NestedAffineLayout(int bits, float[] levels) implements BlockLayout {
  private static final int SCALES = 2 * Short.BYTES;
  private static final int HIGH_BITS = SCALES + 12;
  private static final int HIGH_BYTES = 32;
  private static final int CELL = 32;

  static NestedAffineLayout of(int bits) {
    return new NestedAffineLayout(bits, Levels.integers(bits, 0));
  }

  private int codes() {
    return HIGH_BITS + (bits - 4) * HIGH_BYTES;
  }

  @Override
  public int size() {
    return SuperBlock.SIZE;
  }

  @Override
  public int bytes() {
    return codes() + SuperBlock.SIZE / 2;
  }

  @Override
  public int cellSize() {
    return CELL;
  }

  @Override
  public void unpack(byte[] block, int at, BlockFields fields) {
    fields.d = Half.read(block, at);
    fields.m = Half.read(block, at + Short.BYTES);
    int s = at + SCALES;
    for (int j = 0; j < 4; j++) {
      fields.scale[j] = (byte) (block[s + j] & 63);
      fields.min[j] = (byte) (block[s + j + 4] & 63);
      fields.scale[j + 4] = (byte) (block[s + j + 8] & 15 | (block[s + j] >> 6 & 3) << 4);
      fields.min[j + 4] = (byte) (block[s + j + 8] >> 4 & 15 | (block[s + j + 4] >> 6 & 3) << 4);
    }
    for (int pair = 0; pair < 4; pair++) {
      Nibbles.unpack(block, at + codes() + CELL * pair, CELL, fields.code, 2 * CELL * pair);
    }
    for (int i = 0; bits == 5 && i < size(); i++) {
      fields.code[i] |= (byte) ((block[at + HIGH_BITS + i % CELL] >> i / CELL & 1) << 4);
    }
  }

  @Override
  public void pack(BlockFields fields, byte[] block, int at) {
    Half.write(fields.d, block, at);
    Half.write(fields.m, block, at + Short.BYTES);
    int s = at + SCALES;
    for (int j = 0; j < 4; j++) {
      block[s + j] = (byte) (fields.scale[j] | fields.scale[j + 4] >> 4 << 6);
      block[s + j + 4] = (byte) (fields.min[j] | fields.min[j + 4] >> 4 << 6);
      block[s + j + 8] = (byte) (fields.scale[j + 4] & 15 | (fields.min[j + 4] & 15) << 4);
    }
    for (int pair = 0; pair < 4; pair++) {
      Nibbles.pack(fields.code, 2 * CELL * pair, CELL, block, at + codes() + CELL * pair);
    }
    for (int l = 0; bits == 5 && l < HIGH_BYTES; l++) {
      int high = 0;
      for (int cell = 0; cell < cells(); cell++) {
        high |= (fields.code[CELL * cell + l] >> 4 & 1) << cell;
      }
      block[at + HIGH_BITS + l] = (byte) high;
    }
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
