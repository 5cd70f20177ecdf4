package io.halftone.io.gguf;

import io.halftone.io.FileCursor;
import io.halftone.io.gguf.GgufValue.Bool;
import io.halftone.io.gguf.GgufValue.Int;
import io.halftone.io.gguf.GgufValue.Numbers;
import io.halftone.io.gguf.GgufValue.Real;
import io.halftone.io.gguf.GgufValue.Text;
import io.halftone.io.gguf.GgufValue.Texts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the key-value pairs of a GGUF file. */
final class GgufMetadata {
  private static final int MIN_PAIR = 13;

  private final FileCursor cursor;

  private GgufMetadata(FileCursor cursor) {
    this.cursor = cursor;
  }

  static Map<String, GgufValue> read(FileCursor cursor, long count) throws IOException {
    if (count < 0 || count > cursor.remaining() / MIN_PAIR) {
      throw cursor.malformed(
          cursor.position(),
          Long.toUnsignedString(count)
              + " metadata pairs do not fit the remaining "
              + cursor.remaining()
              + " bytes");
    }
    GgufMetadata reader = new GgufMetadata(cursor);
    Map<String, GgufValue> metadata = new LinkedHashMap<>();
    for (long i = 0; i < count; i++) {
      long at = cursor.position();
      String key = text(cursor, "key " + i);
      if (key.isEmpty() || metadata.put(key, reader.value(key, reader.type(key))) != null) {
        throw cursor.malformed(at, "key " + i + ", '" + key + "', is empty or there twice");
      }
    }
    return metadata;
  }

  static String text(FileCursor cursor, String field) throws IOException {
    return cursor.text(cursor.count("the length of " + field, 1), field);
  }

  private GgufType type(String key) throws IOException {
    long at = cursor.position();
    int id = cursor.i32("the type of " + key);
    return GgufType.of(id)
        .orElseThrow(
            () ->
                cursor.malformed(
                    at, key + " has type " + Integer.toUnsignedString(id) + ", must be 0 to 12"));
  }

  private GgufValue value(String key, GgufType type) throws IOException {
    return switch (type) {
      case UINT8 -> new Int(type, cursor.u8(key));
      case INT8 -> new Int(type, (byte) cursor.u8(key));
      case UINT16 -> new Int(type, cursor.i16(key) & 0xffff);
      case INT16 -> new Int(type, cursor.i16(key));
      case UINT32 -> new Int(type, cursor.i32(key) & 0xffff_ffffL);
      case INT32 -> new Int(type, cursor.i32(key));
      case UINT64, INT64 -> new Int(type, cursor.i64(key));
      case FLOAT32 -> new Real(type, cursor.f32(key));
      case FLOAT64 -> new Real(type, Double.longBitsToDouble(cursor.i64(key)));
      case BOOL -> new Bool(cursor.u8(key) != 0);
      case STRING -> new Text(text(cursor, key));
      case ARRAY -> array(key);
    };
  }

  private GgufValue array(String key) throws IOException {
    long at = cursor.position();
    GgufType element = type(key + ", elements");
    if (element == GgufType.ARRAY) {
      throw cursor.malformed(at, key + " is an array of arrays; llama.cpp reads none either");
    }
    long count = cursor.count("the count of " + key, element.minBytes());
    if (element != GgufType.STRING) {
      return new Numbers(element, cursor.bytes(count * element.minBytes(), key));
    }
    return texts(key, count);
  }

  private Texts texts(String key, long count) throws IOException {
    long start = cursor.position();
    int[] starts = new int[(int) Math.min(count, Integer.MAX_VALUE - 8)];
    for (int i = 0; i < count; i++) {
      long offset = cursor.position() - start;
      if (offset > Integer.MAX_VALUE) {
        throw cursor.malformed(start, key + " has 2 GiB of texts or more");
      }
      starts[i] = (int) offset;
      cursor.skip(cursor.count("the length of text " + i + " of " + key, 1), key);
    }
    long length = cursor.position() - start;
    cursor.seek(start);
    ByteBuffer bytes = cursor.bytes(length, key);
    return new Texts(new PackedTexts(bytes, starts));
  }
}
