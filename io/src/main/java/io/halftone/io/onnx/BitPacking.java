package io.halftone.io.onnx;

import java.util.Objects;

/**
 * Packs codes of 2, 4 or 8 bits into bytes in little order: the first code takes the lowest bits of
 * the first byte. An incomplete last byte is filled with zero bits. Signed codes are stored as
 * two's complement.
 *
 * @see <a href="https://onnx.ai/onnx/technical/int4.html">ONNX, 4-bit packing</a>
 */
public final class BitPacking {
  private BitPacking() {}

  /** Bytes that {@code count} codes of {@code bits} bits take. */
  public static int bytes(int count, int bits) {
    return (int) (((long) count * check(bits) + 7) / 8);
  }

  /**
   * Packs codes.
   *
   * @param codes read from {@code from} to {@code from + count}; each must fit {@code bits} bits,
   *     signed or unsigned
   * @param bits 2, 4 or 8
   * @param packed written from {@code offset}, {@link #bytes} bytes, overwritten
   * @throws IllegalArgumentException if a code does not fit, naming it and its index
   */
  public static void pack(short[] codes, int from, int count, int bits, byte[] packed, int offset) {
    Objects.checkFromIndexSize(from, count, codes.length);
    Objects.checkFromIndexSize(offset, bytes(count, bits), packed.length);
    int perByte = 8 / bits;
    int mask = (1 << bits) - 1;
    for (int i = 0; i < count; i += perByte) {
      int value = 0;
      for (int j = 0; j < perByte && i + j < count; j++) {
        int code = codes[from + i + j];
        if (code < -(1 << (bits - 1)) || code > mask) {
          throw new IllegalArgumentException(
              "code " + code + " at index " + (from + i + j) + " does not fit " + bits + " bits");
        }
        value |= (code & mask) << (j * bits);
      }
      packed[offset + i / perByte] = (byte) value;
    }
  }

  /**
   * Unpacks codes.
   *
   * @param packed read from {@code offset}
   * @param bits 2, 4 or 8
   * @param signed whether the stored fields are two's complement
   * @return {@code count} codes, in [-2^(bits-1), 2^(bits-1) - 1] or [0, 2^bits - 1]
   */
  public static short[] unpack(byte[] packed, int offset, int count, int bits, boolean signed) {
    Objects.checkFromIndexSize(offset, bytes(count, bits), packed.length);
    int perByte = 8 / bits;
    int mask = (1 << bits) - 1;
    int spare = Integer.SIZE - bits;
    short[] codes = new short[count];
    for (int i = 0; i < count; i++) {
      int field = packed[offset + i / perByte] >>> (i % perByte * bits) & mask;
      codes[i] = (short) (signed ? field << spare >> spare : field);
    }
    return codes;
  }

  private static int check(int bits) {
    if (bits != 2 && bits != 4 && bits != 8) {
      throw new IllegalArgumentException("bits is " + bits + ", must be 2, 4 or 8");
    }
    return bits;
  }
}
