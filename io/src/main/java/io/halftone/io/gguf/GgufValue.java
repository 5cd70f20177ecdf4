package io.halftone.io.gguf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** A value of a GGUF file's metadata. */
public sealed interface GgufValue {
  /** Its type in the file. */
  GgufType type();

  /**
   * An integer.
   *
   * @param type any of the integer types
   * @param value in the type's range; of {@link GgufType#UINT64} the 64 bits
   */
  record Int(GgufType type, long value) implements GgufValue {
    /** Validates the type and the range. */
    public Int {
      if (!type.isInteger()) {
        throw new IllegalArgumentException("type is " + type + ", must be an integer type");
      }
      int bits = type.minBytes() * Byte.SIZE;
      boolean unsigned = type.name().startsWith("U");
      if (bits < Long.SIZE && (unsigned ? value >>> bits != 0 : value != value << -bits >> -bits)) {
        throw new IllegalArgumentException(value + " is no " + type);
      }
    }

    /** A number of 32 bits without sign, the type of sizes and counts. */
    public static Int uint32(long value) {
      return new Int(GgufType.UINT32, value);
    }
  }

  /**
   * A real number.
   *
   * @param type {@link GgufType#FLOAT32} or {@link GgufType#FLOAT64}
   * @param value exact in its type
   */
  record Real(GgufType type, double value) implements GgufValue {
    /** Validates the type. */
    public Real {
      if (type != GgufType.FLOAT32 && type != GgufType.FLOAT64) {
        throw new IllegalArgumentException("type is " + type + ", must be a float type");
      }
    }

    /** A number of type {@link GgufType#FLOAT32}. */
    public static Real float32(float value) {
      return new Real(GgufType.FLOAT32, value);
    }
  }

  /**
   * A truth value.
   *
   * @param value whether it is true
   */
  record Bool(boolean value) implements GgufValue {
    @Override
    public GgufType type() {
      return GgufType.BOOL;
    }
  }

  /**
   * A text.
   *
   * @param value the text
   */
  record Text(String value) implements GgufValue {
    @Override
    public GgufType type() {
      return GgufType.STRING;
    }
  }

  /**
   * An array of texts.
   *
   * @param values the texts, shared; not to be changed
   */
  record Texts(List<String> values) implements GgufValue {
    @Override
    public GgufType type() {
      return GgufType.ARRAY;
    }
  }

  /**
   * An array of numbers or truth values.
   *
   * @param elementType neither {@link GgufType#STRING} nor {@link GgufType#ARRAY}
   * @param data little-endian, from position 0 to the limit, shared
   */
  record Numbers(GgufType elementType, ByteBuffer data) implements GgufValue {
    /** Validates type and length. */
    public Numbers {
      if (elementType == GgufType.STRING || elementType == GgufType.ARRAY) {
        throw new IllegalArgumentException(elementType + " is no type of numbers");
      }
      data = data.duplicate().rewind().order(ByteOrder.LITTLE_ENDIAN);
      if (data.limit() % elementType.minBytes() != 0) {
        throw new IllegalArgumentException(
            data.limit() + " bytes are no whole number of " + elementType);
      }
    }

    /** An array of type {@link GgufType#FLOAT32}. */
    public static Numbers float32(float... values) {
      ByteBuffer data =
          ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
              .order(ByteOrder.LITTLE_ENDIAN);
      data.asFloatBuffer().put(values);
      return new Numbers(GgufType.FLOAT32, data);
    }

    /** An array of type {@link GgufType#INT32}. */
    public static Numbers int32(int... values) {
      ByteBuffer data =
          ByteBuffer.allocate(Math.multiplyExact(values.length, Integer.BYTES))
              .order(ByteOrder.LITTLE_ENDIAN);
      data.asIntBuffer().put(values);
      return new Numbers(GgufType.INT32, data);
    }

    @Override
    public GgufType type() {
      return GgufType.ARRAY;
    }

    /** Number of elements. */
    public int size() {
      return data.limit() / elementType.minBytes();
    }

    /**
     * An element as an integer; floats are truncated.
     *
     * @throws IndexOutOfBoundsException if there is none of this index
     */
    public long integer(int index) {
      int at = index * elementType.minBytes();
      return switch (elementType) {
        case UINT8, BOOL -> data.get(at) & 0xff;
        case INT8 -> data.get(at);
        case UINT16 -> data.getShort(at) & 0xffff;
        case INT16 -> data.getShort(at);
        case UINT32 -> data.getInt(at) & 0xffff_ffffL;
        case INT32 -> data.getInt(at);
        case FLOAT32 -> (long) data.getFloat(at);
        case FLOAT64 -> (long) data.getDouble(at);
        default -> data.getLong(at);
      };
    }

    /**
     * An element as a real number.
     *
     * @throws IndexOutOfBoundsException if there is none of this index
     */
    public double real(int index) {
      return switch (elementType) {
        case FLOAT32 -> data.getFloat(index * Float.BYTES);
        case FLOAT64 -> data.getDouble(index * Double.BYTES);
        default -> (double) integer(index);
      };
    }
  }
}
