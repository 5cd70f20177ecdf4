package io.halftone.io;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Builds the bytes of a small file field by field. */
public final class LittleEndianBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  public LittleEndianBytes i8(int value) {
    out.write(value);
    return this;
  }

  public LittleEndianBytes i32(int... values) {
    for (int value : values) {
      for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
        out.write(value >>> shift);
      }
    }
    return this;
  }

  public LittleEndianBytes i64(long... values) {
    for (long value : values) {
      i32((int) value, (int) (value >>> Integer.SIZE));
    }
    return this;
  }

  public LittleEndianBytes f32(float... values) {
    for (float value : values) {
      i32(Float.floatToRawIntBits(value));
    }
    return this;
  }

  public LittleEndianBytes text(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    out.write(bytes, 0, bytes.length);
    return this;
  }

  /** A text with its length in 64 bits before it. */
  public LittleEndianBytes longText(String value) {
    return i64(value.getBytes(StandardCharsets.UTF_8).length).text(value);
  }

  public LittleEndianBytes zeros(int count) {
    out.write(new byte[count], 0, count);
    return this;
  }

  public LittleEndianBytes alignTo(int multiple) {
    return zeros((multiple - out.size() % multiple) % multiple);
  }

  public byte[] toByteArray() {
    return out.toByteArray();
  }
}
