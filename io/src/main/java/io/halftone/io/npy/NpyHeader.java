package io.halftone.io.npy;

import io.halftone.io.MalformedFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What precedes the elements of a NumPy array: magic, version, and a Python dictionary with element
 * type, order and shape.
 *
 * @param type element type
 * @param order byte order of the elements
 * @param fortran whether the first index varies fastest
 * @param shape extents, none negative; empty for a scalar
 * @param dataOffset bytes before the first element
 */
record NpyHeader(NpyType type, ByteOrder order, boolean fortran, int[] shape, int dataOffset) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_HEADER = 1 << 16;
  private static final int MAX_RANK = 64;
  private static final int ALIGNMENT = 64;
  private static final Pattern DESCR =
      Pattern.compile("['\"]descr['\"]\\s*:\\s*['\"]([<>|=]?)([a-zA-Z]\\d{1,3})['\"]");
  private static final Pattern ORDER =
      Pattern.compile("['\"]fortran_order['\"]\\s*:\\s*(True|False)");
  private static final Pattern SHAPE =
      Pattern.compile("['\"]shape['\"]\\s*:\\s*\\(([\\d\\sL,]*)\\)");

  /** Number of elements. */
  long elements() {
    long count = 1;
    for (int extent : shape) {
      count *= extent;
    }
    return count;
  }

  /** Reads a header; the stream is left at the first element. */
  static NpyHeader read(InputStream in, String source) throws IOException {
    byte[] start = in.readNBytes(8);
    if (start.length < 8 || !Arrays.equals(start, 0, 6, MAGIC, 0, 6)) {
      throw malformed(source, 0, "not a NumPy array: the magic bytes are missing");
    }
    int version = start[6];
    if (version < 1 || version > 3) {
      throw malformed(source, 6, "format version " + version + " is unknown, 1 to 3 are readable");
    }
    int lengthBytes = version == 1 ? 2 : 4;
    long length = littleEndian(readFully(in, lengthBytes, source, 8));
    if (length > MAX_HEADER) {
      throw malformed(
          source, 8, "header of " + length + " bytes, at most " + MAX_HEADER + " are read");
    }
    int headerOffset = 8 + lengthBytes;
    byte[] header = readFully(in, (int) length, source, headerOffset);
    String text =
        new String(header, version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    return parse(text, headerOffset + (int) length, source, headerOffset);
  }

  private static NpyHeader parse(String text, int dataOffset, String source, int offset)
      throws IOException {
    Matcher descr = DESCR.matcher(text);
    Matcher order = ORDER.matcher(text);
    Matcher shape = SHAPE.matcher(text);
    if (!descr.find() || !order.find() || !shape.find()) {
      throw malformed(source, offset, "header lacks a plain descr, fortran_order or shape");
    }
    ByteOrder byteOrder =
        descr.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    NpyType type = type(descr.group(2), source, offset);
    int[] extents = extents(shape.group(1), type, source, offset);
    return new NpyHeader(type, byteOrder, order.group(1).equals("True"), extents, dataOffset);
  }

  private static NpyType type(String code, String source, int offset) throws IOException {
    for (NpyType type : NpyType.values()) {
      if (type.code().equals(code)) {
        return type;
      }
    }
    throw malformed(source, offset, "element type " + code + " is not supported");
  }

  private static int[] extents(String list, NpyType type, String source, int offset)
      throws IOException {
    String[] parts =
        Arrays.stream(list.split(","))
            .map(p -> p.replace("L", "").strip())
            .filter(p -> !p.isEmpty())
            .toArray(String[]::new);
    if (parts.length > MAX_RANK) {
      throw malformed(
          source, offset, parts.length + " dimensions, at most " + MAX_RANK + " are read");
    }
    int[] shape = new int[parts.length];
    long bytes = type.bytes();
    for (int i = 0; i < parts.length; i++) {
      long extent = parts[i].matches("\\d{1,10}") ? Long.parseLong(parts[i]) : Long.MAX_VALUE;
      if (extent > Integer.MAX_VALUE) {
        throw malformed(
            source, offset, "extent " + parts[i] + " of dimension " + i + " exceeds 2^31 - 1");
      }
      shape[i] = (int) extent;
      if (extent != 0 && bytes > Long.MAX_VALUE / extent) {
        throw malformed(source, offset, "shape (" + list.strip() + ") exceeds 2^63 bytes");
      }
      bytes *= extent;
    }
    return shape;
  }

  /**
   * The bytes of a version 1 header in C order, padded so that the elements start at a multiple of
   * 64.
   */
  static byte[] encode(NpyType type, int[] shape) {
    String extents =
        Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(", "));
    String dictionary =
        "{'descr': '"
            + type.descr()
            + "', 'fortran_order': False, 'shape': ("
            + extents
            + (shape.length == 1 ? ",), }" : "), }");
    int unpadded = 10 + dictionary.length() + 1;
    int total = (unpadded + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    byte[] bytes = new byte[total];
    Arrays.fill(bytes, (byte) ' ');
    System.arraycopy(MAGIC, 0, bytes, 0, MAGIC.length);
    bytes[6] = 1;
    bytes[7] = 0;
    bytes[8] = (byte) (total - 10);
    bytes[9] = (byte) ((total - 10) >>> 8);
    byte[] body = dictionary.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(body, 0, bytes, 10, body.length);
    bytes[total - 1] = '\n';
    return bytes;
  }

  static MalformedFileException malformed(String source, long offset, String reason) {
    return new MalformedFileException(source, offset, reason);
  }

  private static byte[] readFully(InputStream in, int length, String source, int offset)
      throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw malformed(
          source, offset + bytes.length, "ends inside the header, " + length + " bytes announced");
    }
    return bytes;
  }

  private static long littleEndian(byte[] bytes) {
    long value = 0;
    for (int i = bytes.length - 1; i >= 0; i--) {
      value = (value << 8) | (bytes[i] & 0xff);
    }
    return value;
  }
}
