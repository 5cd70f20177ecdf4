package io.halftone.io.gguf.block;

/** 32 codes: nibbles, halves of the block apart, and before them a word of fifth bits if needed. */
enum FlatCodes {
  /** Nibbles alone. */
  FOUR_BITS(4),
  /** Nibbles after a little-endian word whose bit i is the fifth bit of code i. */
  FIVE_BITS(5);

  static final int COUNT = 32;
  private final int bits;

  FlatCodes(int bits) {
    this.bits = bits;
  }

  int bits() {
    return bits;
  }

  int bytes() {
    return COUNT * bits / Byte.SIZE;
  }

  private int highBytes() {
    return (bits - 4) * COUNT / Byte.SIZE;
  }

  void unpack(byte[] block, int at, byte[] code) {
    Nibbles.unpack(block, at + highBytes(), COUNT / 2, code, 0);
    for (int i = 0; i < highBytes() * Byte.SIZE; i++) {
      code[i] |= (byte) ((block[at + i / 8] >> i % 8 & 1) << 4);
    }
  }

  void pack(byte[] code, byte[] block, int at) {
    Nibbles.pack(code, 0, COUNT / 2, block, at + highBytes());
    for (int j = 0; j < highBytes(); j++) {
      int high = 0;
      for (int i = 0; i < Byte.SIZE; i++) {
        high |= (code[Byte.SIZE * j + i] >> 4 & 1) << i;
      }
      block[at + j] = (byte) high;
    }
  }
}
