package io.halftone.io.gguf.block;

/** What the super-blocks of 256 weights have in common. */
final class SuperBlock {
  static final int SIZE = 256;

  private static final int HALF = SIZE / 2;
  private static final int QUARTER = 32;

  private SuperBlock() {}

  /** Two low bits of four codes a byte: 32 bytes hold 128 codes, the first 32 lowest. */
  static void unpackPairs(byte[] block, int at, byte[] code) {
    for (int i = 0; i < SIZE; i++) {
      int shift = 2 * (i % HALF / QUARTER);
      code[i] = (byte) (block[at + i / HALF * QUARTER + i % QUARTER] >> shift & 3);
    }
  }

  /** The inverse; higher bits of the codes are left out. */
  static void packPairs(byte[] code, byte[] block, int at) {
    for (int half = 0; half < 2; half++) {
      for (int l = 0; l < QUARTER; l++) {
        int i = half * HALF + l;
        block[at + half * QUARTER + l] =
            (byte)
                (code[i] & 3
                    | (code[i + QUARTER] & 3) << 2
                    | (code[i + 2 * QUARTER] & 3) << 4
                    | (code[i + 3 * QUARTER] & 3) << 6);
      }
    }
  }
}
