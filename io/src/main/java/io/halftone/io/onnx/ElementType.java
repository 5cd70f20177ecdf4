package io.halftone.io.onnx;

import java.util.Optional;

/** Element types of ONNX tensors, with the ids that files use. */
public enum ElementType {
  /** IEEE 754 binary32. */
  FLOAT(1, 32),
  /** Unsigned 8 bits. */
  UINT8(2, 8),
  /** Signed 8 bits. */
  INT8(3, 8),
  /** Unsigned 16 bits. */
  UINT16(4, 16),
  /** Signed 16 bits. */
  INT16(5, 16),
  /** Signed 32 bits. */
  INT32(6, 32),
  /** Signed 64 bits. */
  INT64(7, 64),
  /** One byte, 0 or 1. */
  BOOL(9, 8),
  /** IEEE 754 binary16. */
  FLOAT16(10, 16),
  /** IEEE 754 binary64. */
  DOUBLE(11, 64),
  /** Unsigned 32 bits. */
  UINT32(12, 32),
  /** Unsigned 64 bits. */
  UINT64(13, 64),
  /** The upper half of a float32. */
  BFLOAT16(16, 16),
  /** Unsigned 4 bits, two to a byte. */
  UINT4(21, 4),
  /** Signed 4 bits, two to a byte. */
  INT4(22, 4),
  /** Unsigned 2 bits, four to a byte. */
  UINT2(25, 2),
  /** Signed 2 bits, four to a byte. */
  INT2(26, 2);

  private final int id;
  private final int bits;

  ElementType(int id, int bits) {
    this.id = id;
    this.bits = bits;
  }

  /** The id in a tensor's {@code data_type}. */
  public int id() {
    return id;
  }

  /** Stored bits of one element. */
  public int bits() {
    return bits;
  }

  /** Whether the elements are real numbers that convert to float32. */
  public boolean isFloat() {
    return this == FLOAT || this == FLOAT16 || this == BFLOAT16 || this == DOUBLE;
  }

  /** The type with an id; empty for ids that Halftone does not read. */
  public static Optional<ElementType> of(int id) {
    for (ElementType type : values()) {
      if (type.id == id) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
