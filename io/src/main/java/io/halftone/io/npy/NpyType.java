package io.halftone.io.npy;

import io.halftone.io.HalfPrecision;
import java.nio.ByteBuffer;

/** The element types of a NumPy file that Halftone reads. */
public enum NpyType {
  /** One byte, 0 or 1. */
  BOOL("b1", 1),
  /** Signed 8 bits. */
  INT8("i1", 1),
  /** Unsigned 8 bits. */
  UINT8("u1", 1),
  /** Signed 16 bits. */
  INT16("i2", 2),
  /** Unsigned 16 bits. */
  UINT16("u2", 2),
  /** Signed 32 bits. */
  INT32("i4", 4),
  /** Unsigned 32 bits. */
  UINT32("u4", 4),
  /** Signed 64 bits. */
  INT64("i8", 8),
  /** IEEE 754 binary16. */
  FLOAT16("f2", 2),
  /** IEEE 754 binary32. */
  FLOAT32("f4", 4),
  /** IEEE 754 binary64. */
  FLOAT64("f8", 8);

  private final String code;
  private final int bytes;

  NpyType(String code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** NumPy's kind letter and width in bytes, such as {@code f4}. */
  public String code() {
    return code;
  }

  /** Width of one element in bytes: 1, 2, 4 or 8. */
  public int bytes() {
    return bytes;
  }

  /** Whether the elements are integers. */
  public boolean isInteger() {
    return this != BOOL && this != FLOAT16 && this != FLOAT32 && this != FLOAT64;
  }

  /** The {@code descr} of a little-endian file of this type. */
  String descr() {
    return (bytes == 1 ? "|" : "<") + code;
  }

  /**
   * Reads one element at a byte position as float32; wide integers and float64 are rounded to
   * nearest.
   */
  float readFloat(ByteBuffer data, int position) {
    switch (this) {
      case FLOAT32:
        return data.getFloat(position);
      case FLOAT64:
        return (float) data.getDouble(position);
      case FLOAT16:
        return HalfPrecision.fromFloat16(data.getShort(position));
      default:
        return readLong(data, position);
    }
  }

  /** Reads one element of an integer type at a byte position. */
  long readLong(ByteBuffer data, int position) {
    switch (this) {
      case BOOL:
      case UINT8:
        return data.get(position) & 0xff;
      case INT8:
        return data.get(position);
      case INT16:
        return data.getShort(position);
      case UINT16:
        return data.getShort(position) & 0xffff;
      case INT32:
        return data.getInt(position);
      case UINT32:
        return data.getInt(position) & 0xffff_ffffL;
      case INT64:
        return data.getLong(position);
      default:
        throw new IllegalArgumentException("type is " + this + ", must be an integer type");
    }
  }
}
