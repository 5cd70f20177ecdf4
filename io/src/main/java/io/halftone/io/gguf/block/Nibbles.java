package io.halftone.io.gguf.block;

/** Four low bits of two codes in a byte: the first of them low, its partner high. */
final class Nibbles {
  private Nibbles() {}

  /**
   * Unpacks {@code distance} bytes to twice as many codes; partners stand {@code distance} apart.
   */
  static void unpack(byte[] block, int at, int distance, byte[] code, int first) {
    for (int j = 0; j < distance; j++) {
      code[first + j] = (byte) (block[at + j] & 15);
      code[first + distance + j] = (byte) (block[at + j] >> 4 & 15);
    }
  }

  /** The inverse; higher bits of the codes are left out. */
  static void pack(byte[] code, int first, int distance, byte[] block, int at) {
    for (int j = 0; j < distance; j++) {
      block[at + j] = (byte) (code[first + j] & 15 | code[first + distance + j] << 4);
    }
  }
}
