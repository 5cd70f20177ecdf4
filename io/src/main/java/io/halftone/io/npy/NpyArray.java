package io.halftone.io.npy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * An array of any rank as stored in a NumPy file, always in C order and little-endian.
 *
 * @param type element type
 * @param shape extents, shared; empty for a scalar
 * @param data elements from position 0 to the limit, little-endian, shared; {@code product(shape) *
 *     type.bytes()} bytes
 */
public record NpyArray(NpyType type, int[] shape, ByteBuffer data) {
  /** Validates that the bytes match the shape. */
  public NpyArray {
    long bytes = type.bytes();
    for (int extent : shape) {
      if (extent < 0) {
        throw new IllegalArgumentException(
            "shape is " + Arrays.toString(shape) + ", extents must not be negative");
      }
      bytes = Math.multiplyExact(bytes, (long) extent);
    }
    if (data.limit() != bytes) {
      throw new IllegalArgumentException(
          "data has "
              + data.limit()
              + " bytes, shape "
              + Arrays.toString(shape)
              + " of "
              + type
              + " needs "
              + bytes);
    }
    data = data.duplicate().rewind().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** An array of float32 values, copied; {@code values.length} is the product of the extents. */
  public static NpyArray ofFloats(float[] values, int... shape) {
    ByteBuffer data = allocate(values.length, Float.BYTES);
    data.asFloatBuffer().put(values);
    return new NpyArray(NpyType.FLOAT32, shape, data);
  }

  /** An array of int64 values, copied; {@code values.length} is the product of the extents. */
  public static NpyArray ofLongs(long[] values, int... shape) {
    ByteBuffer data = allocate(values.length, Long.BYTES);
    data.asLongBuffer().put(values);
    return new NpyArray(NpyType.INT64, shape, data);
  }

  /** An array of int32 values, copied; {@code values.length} is the product of the extents. */
  public static NpyArray ofInts(int[] values, int... shape) {
    ByteBuffer data = allocate(values.length, Integer.BYTES);
    data.asIntBuffer().put(values);
    return new NpyArray(NpyType.INT32, shape, data);
  }

  /** Number of elements. */
  public int size() {
    return data.limit() / type.bytes();
  }

  /** All elements as float32 in C order; wide types are rounded to nearest. */
  public float[] toFloats() {
    float[] values = new float[size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = type.readFloat(data, i * type.bytes());
    }
    return values;
  }

  /**
   * All elements as int64 in C order.
   *
   * @throws IllegalArgumentException if the type is a float type
   */
  public long[] toLongs() {
    long[] values = new long[size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = type.readLong(data, i * type.bytes());
    }
    return values;
  }

  private static ByteBuffer allocate(int elements, int width) {
    return ByteBuffer.allocate(Math.multiplyExact(elements, width)).order(ByteOrder.LITTLE_ENDIAN);
  }
}
