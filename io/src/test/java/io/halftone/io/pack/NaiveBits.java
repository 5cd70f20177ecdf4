package io.halftone.io.pack;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Packing by its description, with words as arbitrarily large integers or lists of bits. Shares
 * nothing with {@link BitPacker} but the names of the orders.
 */
final class NaiveBits {
  private static final int[] AWQ = {0, 2, 4, 6, 1, 3, 5, 7};

  private NaiveBits() {}

  static boolean hasWidth(BitOrder order, int bits) {
    return switch (order) {
      case BYTES, BYTES_HIGH_FIRST, WORDS, WHOLE_FIELD_WORDS -> true;
      case INTERLEAVED_WORDS -> bits == 4;
      case SPLIT_BLOCKS -> bits == 1 || bits == 2 || bits == 4 || bits == 8;
    };
  }

  static byte[] pack(BitOrder order, int bits, short[] codes) {
    return switch (order) {
      case BYTES -> lowFirst(bits, codes, 8);
      case BYTES_HIGH_FIRST -> highFirst(bits, codes);
      case WORDS -> lowFirst(bits, codes, 32);
      case WHOLE_FIELD_WORDS -> words(bits, codes, 32 / bits, identity(32 / bits));
      case INTERLEAVED_WORDS -> words(bits, codes, 8, AWQ);
      case SPLIT_BLOCKS -> blocks(bits, codes);
    };
  }

  /** One number whose lowest digits, in base 2^bits, are the codes. */
  private static byte[] lowFirst(int bits, short[] codes, int unit) {
    BigInteger number = BigInteger.ZERO;
    for (int i = codes.length - 1; i >= 0; i--) {
      number = number.shiftLeft(bits).or(BigInteger.valueOf(codes[i] & ((1 << bits) - 1)));
    }
    int units = (codes.length * bits + unit - 1) / unit;
    return littleEndian(number, units * unit / 8);
  }

  private static byte[] littleEndian(BigInteger number, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = number.shiftRight(8 * i).byteValue();
    }
    return bytes;
  }

  /** A text of binary digits, cut into eights. */
  private static byte[] highFirst(int bits, short[] codes) {
    StringBuilder digits = new StringBuilder();
    for (short code : codes) {
      for (int b = bits - 1; b >= 0; b--) {
        digits.append((code >> b) & 1);
      }
    }
    while (digits.length() % 8 != 0) {
      digits.append('0');
    }
    byte[] bytes = new byte[digits.length() / 8];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(digits.substring(8 * i, 8 * i + 8), 2);
    }
    return bytes;
  }

  private static int[] identity(int length) {
    int[] order = new int[length];
    for (int i = 0; i < length; i++) {
      order[i] = i;
    }
    return order;
  }

  /** Word by word; slot s of a word holds its field order[s]. */
  private static byte[] words(int bits, short[] codes, int perWord, int[] order) {
    List<Byte> bytes = new ArrayList<>();
    for (int first = 0; first < codes.length; first += perWord) {
      BigInteger word = BigInteger.ZERO;
      for (int slot = 0; slot < perWord; slot++) {
        int field = first + order[slot];
        int code = field < codes.length ? codes[field] & ((1 << bits) - 1) : 0;
        word = word.add(BigInteger.valueOf(code).multiply(BigInteger.TWO.pow(slot * bits)));
      }
      for (byte b : littleEndian(word, 4)) {
        bytes.add(b);
      }
    }
    return array(bytes);
  }

  /** Block by block, byte by byte, the fields a byte holds collected from the block. */
  private static byte[] blocks(int bits, short[] codes) {
    List<Byte> bytes = new ArrayList<>();
    for (int block = 0; block < codes.length; block += 32) {
      int length = 4 * bits;
      for (int j = 0; j < length; j++) {
        int value = 0;
        for (int part = 0; part < 8 / bits; part++) {
          int field = block + j + part * length;
          int code = field < codes.length ? codes[field] & ((1 << bits) - 1) : 0;
          value += code << (part * bits);
        }
        bytes.add((byte) value);
      }
    }
    return array(bytes);
  }

  private static byte[] array(List<Byte> bytes) {
    byte[] array = new byte[bytes.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = bytes.get(i);
    }
    return array;
  }
}
