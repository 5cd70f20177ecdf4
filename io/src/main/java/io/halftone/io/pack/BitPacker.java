package io.halftone.io.pack;

import java.util.Arrays;
import java.util.Objects;

/**
 * Packs integers of a few bits into bytes. Signed codes are stored as two's complement.
 *
 * @param order where fields lie
 * @param bits width of a field, in [1, 8]
 */
public record BitPacker(BitOrder order, int bits) {
  private static final int BYTE_MASK = 0xFF;

  /**
   * Checks the width.
   *
   * @throws IllegalArgumentException if fields of the width do not have the order
   */
  public BitPacker {
    Objects.requireNonNull(order, "order");
    if (bits < 1 || bits > Byte.SIZE) {
      throw new IllegalArgumentException("bits is " + bits + ", must be in [1, 8]");
    }
    if (!order.holds(bits)) {
      throw new IllegalArgumentException(order + " has no fields of " + bits + " bits");
    }
  }

  /**
   * Bytes that a number of codes takes.
   *
   * @throws ArithmeticException if an array cannot hold them
   */
  public int bytes(int count) {
    long unit = (long) order.unit() * Byte.SIZE;
    long units = (order.end(count, bits) + unit - 1) / unit;
    return Math.toIntExact(units * order.unit());
  }

  /**
   * Packs codes.
   *
   * @param codes read from {@code from} to {@code from + count}; each must fit {@code bits} bits,
   *     signed or unsigned
   * @param packed written from {@code offset}, {@link #bytes} bytes, overwritten
   * @throws IllegalArgumentException if a code does not fit, naming it and its index
   */
  public void pack(short[] codes, int from, int count, byte[] packed, int offset) {
    Objects.checkFromIndexSize(from, count, codes.length);
    int bytes = bytes(count);
    Objects.checkFromIndexSize(offset, bytes, packed.length);
    Arrays.fill(packed, offset, offset + bytes, (byte) 0);
    int mask = mask();
    for (int i = 0; i < count; i++) {
      int code = codes[from + i];
      if (code < -(1 << (bits - 1)) || code > mask) {
        throw new IllegalArgumentException(
            "code " + code + " at index " + (from + i) + " does not fit " + bits + " bits");
      }
      put(packed, offset, i, code & mask);
    }
  }

  /**
   * Unpacks codes.
   *
   * @param packed read from {@code offset}, {@link #bytes} bytes
   * @param signed whether the stored fields are two's complement
   * @return {@code count} codes, in [−2^(bits−1), 2^(bits−1) − 1] or [0, 2^bits − 1]
   */
  public short[] unpack(byte[] packed, int offset, int count, boolean signed) {
    Objects.checkFromIndexSize(offset, bytes(count), packed.length);
    int spare = Integer.SIZE - bits;
    short[] codes = new short[count];
    for (int i = 0; i < count; i++) {
      int field = get(packed, offset, i);
      codes[i] = (short) (signed ? field << spare >> spare : field);
    }
    return codes;
  }

  /**
   * Puts a value into a field that is still zero.
   *
   * @param offset of the run's first byte
   * @param field number of the field in the run
   * @param value in [0, 2^bits)
   */
  public void put(byte[] packed, int offset, int field, int value) {
    long bit = order.bit(field, bits);
    int at = offset + (int) (bit / Byte.SIZE);
    int window = value << shift(bit);
    int first = order.isHighFirst() ? window >>> Byte.SIZE : window;
    packed[at] |= (byte) first;
    if (spans(bit)) {
      packed[at + 1] |= (byte) (order.isHighFirst() ? window : window >>> Byte.SIZE);
    }
  }

  /**
   * The value of a field, in [0, 2^bits).
   *
   * @param offset of the run's first byte
   * @param field number of the field in the run
   */
  public int get(byte[] packed, int offset, int field) {
    long bit = order.bit(field, bits);
    int at = offset + (int) (bit / Byte.SIZE);
    int first = packed[at] & BYTE_MASK;
    int second = spans(bit) ? packed[at + 1] & BYTE_MASK : 0;
    int window = order.isHighFirst() ? first << Byte.SIZE | second : second << Byte.SIZE | first;
    return window >>> shift(bit) & mask();
  }

  /** Position of the field's lowest bit in a window of two bytes. */
  private int shift(long bit) {
    int inByte = (int) (bit % Byte.SIZE);
    return order.isHighFirst() ? 2 * Byte.SIZE - bits - inByte : inByte;
  }

  private boolean spans(long bit) {
    return bit % Byte.SIZE + bits > Byte.SIZE;
  }

  private int mask() {
    return (1 << bits) - 1;
  }
}
