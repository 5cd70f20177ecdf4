package io.halftone.io;

import java.nio.ByteBuffer;
import java.util.Optional;

/** The float types whose values every container stores alike, under the same name. */
enum FloatType {
  F32(4) {
    @Override
    void widen(ByteBuffer bytes, float[] values, int offset, int count) {
      bytes.rewind().asFloatBuffer().get(values, offset, count);
    }
  },
  F16(2) {
    @Override
    void widen(ByteBuffer bytes, float[] values, int offset, int count) {
      for (int i = 0; i < count; i++) {
        values[offset + i] = HalfPrecision.fromFloat16(bytes.getShort(2 * i));
      }
    }
  },
  BF16(2) {
    @Override
    void widen(ByteBuffer bytes, float[] values, int offset, int count) {
      for (int i = 0; i < count; i++) {
        values[offset + i] = HalfPrecision.fromBfloat16(bytes.getShort(2 * i));
      }
    }
  },
  F64(8) {
    @Override
    void widen(ByteBuffer bytes, float[] values, int offset, int count) {
      for (int i = 0; i < count; i++) {
        values[offset + i] = (float) bytes.getDouble(8 * i);
      }
    }
  };

  private final int bytes;

  FloatType(int bytes) {
    this.bytes = bytes;
  }

  static Optional<FloatType> named(String type) {
    for (FloatType known : values()) {
      if (known.name().equals(type)) {
        return Optional.of(known);
      }
    }
    return Optional.empty();
  }

  int bytes() {
    return bytes;
  }

  /** Converts {@code count} little-endian values from the buffer's start. */
  abstract void widen(ByteBuffer bytes, float[] values, int offset, int count);
}
