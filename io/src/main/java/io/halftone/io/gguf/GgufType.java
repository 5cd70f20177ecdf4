package io.halftone.io.gguf;

import java.util.Optional;

/** The types of metadata values. */
public enum GgufType {
  /** Unsigned 8 bits. */
  UINT8(0, 1),
  /** Signed 8 bits. */
  INT8(1, 1),
  /** Unsigned 16 bits. */
  UINT16(2, 2),
  /** Signed 16 bits. */
  INT16(3, 2),
  /** Unsigned 32 bits. */
  UINT32(4, 4),
  /** Signed 32 bits. */
  INT32(5, 4),
  /** IEEE 754 binary32. */
  FLOAT32(6, 4),
  /** One byte, 0 or 1. */
  BOOL(7, 1),
  /** UTF-8 with its length before it. */
  STRING(8, 8),
  /** Values of one type with type and count before them. */
  ARRAY(9, 12),
  /** Unsigned 64 bits. */
  UINT64(10, 8),
  /** Signed 64 bits. */
  INT64(11, 8),
  /** IEEE 754 binary64. */
  FLOAT64(12, 8);

  private final int id;
  private final int minBytes;

  GgufType(int id, int minBytes) {
    this.id = id;
    this.minBytes = minBytes;
  }

  /** The number that stands for the type in a file. */
  public int id() {
    return id;
  }

  /** Bytes of a value; of a string or an array the least. */
  int minBytes() {
    return minBytes;
  }

  /** Whether values are integers. */
  public boolean isInteger() {
    return this != FLOAT32 && this != FLOAT64 && this != BOOL && this != STRING && this != ARRAY;
  }

  static Optional<GgufType> of(int id) {
    for (GgufType type : values()) {
      if (type.id == id) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
