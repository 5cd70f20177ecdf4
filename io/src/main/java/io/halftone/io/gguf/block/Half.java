package io.halftone.io.gguf.block;

import io.halftone.core.format.Formats;
import io.halftone.io.HalfPrecision;

/** Binary16 fields of blocks. */
final class Half {
  /** The largest finite value. */
  static final float MAX = 65504;

  private static final float FIRST_OVERFLOW = 65520;

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
    return (short) Formats.F16.encode(value);
  }

  static short read(byte[] block, int at) {
    return (short) (block[at] & 0xff | block[at + 1] << 8);
  }

  static void write(short bits, byte[] block, int at) {
    block[at] = (byte) bits;
    block[at + 1] = (byte) (bits >> 8);
  }
}
