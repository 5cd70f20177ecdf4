package io.halftone.io.safetensors;

import java.util.Optional;

/**
 * The element types of safetensors files, in the reference implementation's order, which is the
 * order of the data: types of larger alignment lie first in a file.
 *
 * @see <a
 *     href="https://github.com/huggingface/safetensors/blob/main/safetensors/src/tensor.rs">safetensors,
 *     Dtype</a>
 */
public enum SafetensorsType {
  /** One byte, 0 or 1. */
  BOOL(8),
  /** Two floats of 4 bits, exponent 2, mantissa 1, in a byte. */
  F4(4),
  /** Two integers of 4 bits in a byte, of Jlama's dialect alone; other readers refuse it. */
  Q4(4),
  /** Four floats of 6 bits, exponent 2, mantissa 3, in three bytes. */
  F6_E2M3(6),
  /** Four floats of 6 bits, exponent 3, mantissa 2, in three bytes. */
  F6_E3M2(6),
  /** Unsigned 8 bits. */
  U8(8),
  /** Signed 8 bits. */
  I8(8),
  /** Float of 8 bits, exponent 5, mantissa 2. */
  F8_E5M2(8),
  /** Float of 8 bits, exponent 4, mantissa 3, no infinity. */
  F8_E4M3(8),
  /** Float of 8 bits, exponent 5, mantissa 2, no infinity, one NaN, no negative zero. */
  F8_E5M2FNUZ(8),
  /** Float of 8 bits, exponent 4, mantissa 3, no infinity, one NaN, no negative zero. */
  F8_E4M3FNUZ(8),
  /** Power of two, 8 bits. */
  F8_E8M0(8),
  /** Signed 16 bits. */
  I16(16),
  /** Unsigned 16 bits. */
  U16(16),
  /** IEEE 754 binary16. */
  F16(16),
  /** The upper half of a binary32. */
  BF16(16),
  /** Signed 32 bits. */
  I32(32),
  /** Unsigned 32 bits. */
  U32(32),
  /** IEEE 754 binary32. */
  F32(32),
  /** Two binary32: real and imaginary part. */
  C64(64),
  /** IEEE 754 binary64. */
  F64(64),
  /** Signed 64 bits. */
  I64(64),
  /** Unsigned 64 bits. */
  U64(64);

  private final int bits;

  SafetensorsType(int bits) {
    this.bits = bits;
  }

  /** Bits of an element. */
  public int bits() {
    return bits;
  }

  /** The type a header calls so. */
  public static Optional<SafetensorsType> named(String name) {
    for (SafetensorsType type : values()) {
      if (type.name().equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
