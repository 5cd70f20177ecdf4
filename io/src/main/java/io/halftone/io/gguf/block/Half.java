package io.halftone.io.gguf.block;

import io.halftone.io.HalfPrecision;

/** Binary16 fields of blocks. */
final class Half {
  /** The largest finite value. */
  static final float MAX = 65504;

  private static final float FIRST_OVERFLOW = 65520;
  private static final float SMALLEST_NORMAL = 0x1p-14f;

  /** Difference of the formats' exponents, in place. */
  private static final int EXPONENT_OFFSET = 112 << 23;

  private Half() {}

  static float value(short bits) {
    return HalfPrecision.fromFloat16(bits);
  }

  /**
   * The nearest binary16, ties to even.
   *
   * @throws IllegalArgumentException if it would be infinite
   */
  static short bits(float value) {
    if (!(Math.abs(value) < FIRST_OVERFLOW)) {
      throw new IllegalArgumentException(
          "a block needs the scale "
              + value
              + ", binary16 ends at 65504; scale the weights down or choose BF16 or F32");
    }
    int sign = Float.floatToRawIntBits(value) >>> 16 & 0x8000;
    float magnitude = Math.abs(value);
    if (magnitude < SMALLEST_NORMAL) {
      // floats from one half on are as far apart as binary16 from 0 on
      return (short)
          (sign | Float.floatToRawIntBits(magnitude + 0.5f) - Float.floatToRawIntBits(0.5f));
    }
    int bits = Float.floatToRawIntBits(magnitude) - EXPONENT_OFFSET;
    return (short) (sign | bits + 0xfff + (bits >>> 13 & 1) >>> 13);
  }

  static short read(byte[] block, int at) {
    return (short) (block[at] & 0xff | block[at + 1] << 8);
  }

  static void write(short bits, byte[] block, int at) {
    block[at] = (byte) bits;
    block[at + 1] = (byte) (bits >> 8);
  }
}
