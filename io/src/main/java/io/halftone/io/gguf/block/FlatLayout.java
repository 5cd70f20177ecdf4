package io.halftone.io.gguf.block;

import java.util.Objects;

/**
 * Q4_0, Q5_0, IQ4_NL: 32 codes and one scale.
 *
 * @param codes 4 or 5 bits each
 * @param levels of the codes
 */
record FlatLayout(FlatCodes codes, float[] levels) implements BlockLayout {
  FlatLayout {
    Objects.requireNonNull(codes, "codes");
  }

  /** Integer levels; the middle code is 0. */
  static FlatLayout integers(FlatCodes codes) {
    return new FlatLayout(codes, Levels.integers(codes.bits(), 1 << (codes.bits() - 1)));
  }

  @Override
  public int size() {
    return FlatCodes.COUNT;
  }

  @Override
  public int bytes() {
    return Short.BYTES + codes.bytes();
  }

  @Override
  public int cellSize() {
    return size();
  }

  @Override
  public void unpack(byte[] block, int at, BlockFields fields) {
    fields.d = Half.read(block, at);
    codes.unpack(block, at + Short.BYTES, fields.code);
  }

  @Override
  public void pack(BlockFields fields, byte[] block, int at) {
    Half.write(fields.d, block, at);
    codes.pack(fields.code, block, at + Short.BYTES);
  }

  @Override
  public float scale(BlockFields fields, int cell) {
    return Half.value(fields.d);
  }
}
