package io.halftone.io.gguf.block;

/** NVFP4: 4 cells of 16 E2M1 codes, each with an unsigned E4M3 scale. */
record Nvfp4Layout() implements BlockLayout {
  private static final int CELL = 16;
  private static final int CELL_BYTES = CELL / 2;

  /** The levels are doubled. */
  private static final float HALF = 0.5f;

  private static final int NOT_A_NUMBER = 0x7f;

  @Override
  public int size() {
    return 4 * CELL;
  }

  @Override
  public int bytes() {
    return cells() * (1 + CELL_BYTES);
  }

  @Override
  public int cellSize() {
    return CELL;
  }

  @Override
  public float[] levels() {
    return Levels.DOUBLED_E2M1;
  }

  @Override
  public void unpack(byte[] block, int at, BlockFields fields) {
    for (int cell = 0; cell < cells(); cell++) {
      fields.scale[cell] = block[at + cell];
      Nibbles.unpack(block, codes(at, cell), CELL_BYTES, fields.code, cell * CELL);
    }
  }

  @Override
  public void pack(BlockFields fields, byte[] block, int at) {
    for (int cell = 0; cell < cells(); cell++) {
      block[at + cell] = fields.scale[cell];
      Nibbles.pack(fields.code, cell * CELL, CELL_BYTES, block, codes(at, cell));
    }
  }

  private int codes(int at, int cell) {
    return at + cells() + CELL_BYTES * cell;
  }

  @Override
  public float scale(BlockFields fields, int cell) {
    return step(fields.scale[cell] & 0xff);
  }

  /** The step of a scale code; the code of NaN counts as 0, and so do those with the unused bit. */
  static float step(int code) {
    if (code == NOT_A_NUMBER) {
      return 0;
    }
    int exponent = code >> 3 & 15;
    int mantissa = code & 7;
    return HALF
        * (exponent == 0
            ? Math.scalb((float) mantissa, -9)
            : Math.scalb(1 + mantissa / 8f, exponent - 7));
  }
}
