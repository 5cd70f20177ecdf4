package io.halftone.io.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Packs fields of b bits into 32-bit words, floor(32 / b) to a word, the first in the lowest bits,
 * zeros at the end.
 */
final class Words {
  private Words() {}

  static int count(int fields, int bits) {
    int perWord = Integer.SIZE / bits;
    return (fields + perWord - 1) / perWord;
  }

  /** Packs {@code fields} values, each in [0, 2^bits), at the buffer's position. */
  static void pack(int fields, int bits, Field field, ByteBuffer words) {
    int perWord = Integer.SIZE / bits;
    for (int start = 0; start < fields; start += perWord) {
      int word = 0;
      for (int i = start; i < Math.min(fields, start + perWord); i++) {
        word |= field.at(i) << (bits * (i - start));
      }
      words.putInt(word);
    }
  }

  static ByteBuffer buffer(long bytes) {
    return ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A field's value by index. */
  @FunctionalInterface
  interface Field {
    int at(int index);
  }
}
