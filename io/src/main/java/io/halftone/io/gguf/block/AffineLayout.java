package io.halftone.io.gguf.block;

import java.util.Objects;

/**
 * Q4_1, Q5_1: 32 codes, one scale and one minimum.
 *
 * @param codes 4 or 5 bits each
 * @param levels of the codes
 */
record AffineLayout(FlatCodes codes, float[] levels) implements BlockLayout {
  private static final int CODES = 2 * Short.BYTES;

  AffineLayout {
    Objects.requireNonNull(codes, "codes");
  }

  static AffineLayout of(FlatCodes codes) {
    return new AffineLayout(codes, Levels.integers(codes.bits(), 0));
  }

  @Override
  public int size() {
    return FlatCodes.COUNT;
  }

  @Override
  public int bytes() {
    return CODES + codes.bytes();
  }

  @Override
  public int cellSize() {
    return size();
  }

  @Override
  public void unpack(byte[] block, int at, BlockFields fields) {
    fields.d = Half.read(block, at);
    fields.m = Half.read(block, at + Short.BYTES);
    codes.unpack(block, at + CODES, fields.code);
  }

  @Override
  public void pack(BlockFields fields, byte[] block, int at) {
    Half.write(fields.d, block, at);
    Half.write(fields.m, block, at + Short.BYTES);
    codes.pack(fields.code, block, at + CODES);
  }

  @Override
  public float scale(BlockFields fields, int cell) {
    return Half.value(fields.d);
  }

  @Override
  public float offset(BlockFields fields, int cell) {
    return -Half.value(fields.m);
  }
}
