package io.halftone.io.gguf.block;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Four low bits of two codes in a byte: the first of them low, its partner high. */
final class Nibbles {
  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long LOW = 0x0f0f0f0f0f0f0f0fL;

  private Nibbles() {}

  /**
   * Unpacks {@code distance} bytes, a multiple of 8, to twice as many codes; partners stand {@code
   * distance} apart.
   */
  static void unpack(byte[] block, int at, int distance, byte[] code, int first) {
    for (int j = 0; j < distance; j += Long.BYTES) {
      long pairs = (long) EIGHT_BYTES.get(block, at + j);
      EIGHT_BYTES.set(code, first + j, pairs & LOW);
      EIGHT_BYTES.set(code, first + distance + j, pairs >>> 4 & LOW);
    }
  }

  /** The inverse; higher bits of the codes are left out. */
  static void pack(byte[] code, int first, int distance, byte[] block, int at) {
    for (int j = 0; j < distance; j += Long.BYTES) {
      long low = (long) EIGHT_BYTES.get(code, first + j);
      long high = (long) EIGHT_BYTES.get(code, first + distance + j);
      EIGHT_BYTES.set(block, at + j, low & LOW | (high & LOW) << 4);
    }
  }
}
