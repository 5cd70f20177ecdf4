package io.halftone.io.gguf.block;

/** MXFP4: 32 E2M1 codes and a power of two. */
record Mxfp4Layout() implements BlockLayout {
  /** Exponent byte e stands for 2^(e − 128), since the levels are doubled. */
  static final int BIAS = 128;

  @Override
  public int size() {
    return FlatCodes.COUNT;
  }

  @Override
  public int bytes() {
    return 1 + FlatCodes.FOUR_BITS.bytes();
  }

  @Override
  public int cellSize() {
    return size();
  }

  @Override
  public float[] levels() {
    return Levels.DOUBLED_E2M1;
  }

  @Override
  public void unpack(byte[] block, int at, BlockFields fields) {
    fields.scale[0] = block[at];
    FlatCodes.FOUR_BITS.unpack(block, at + 1, fields.code);
  }

  @Override
  public void pack(BlockFields fields, byte[] block, int at) {
    block[at] = fields.scale[0];
    FlatCodes.FOUR_BITS.pack(fields.code, block, at + 1);
  }

  @Override
  public float scale(BlockFields fields, int cell) {
    return powerOfTwo(fields.scale[0] & 0xff);
  }

  static float powerOfTwo(int exponent) {
    return Math.scalb(1f, exponent - BIAS);
  }
}
