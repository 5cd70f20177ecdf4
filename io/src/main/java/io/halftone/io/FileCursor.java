package io.halftone.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Reads a file's little-endian fields one after the other. Every read beyond the file's end is a
 * {@link MalformedFileException} that names the field; lengths are checked against what is left of
 * the file before anything is allocated.
 */
public final class FileCursor {
  private static final int WINDOW = 1 << 16;

  private final FileBytes file;
  private final ByteBuffer window = ByteBuffer.allocate(WINDOW).order(ByteOrder.LITTLE_ENDIAN);
  private long windowStart;
  private int windowLength;
  private long position;

  /** A cursor at the start of a file. */
  public FileCursor(FileBytes file) {
    this.file = file;
  }

  /** The next byte's offset. */
  public long position() {
    return position;
  }

  /** Bytes from here to the file's end. */
  public long remaining() {
    return file.size() - position;
  }

  /** An error at a position of the file. */
  public MalformedFileException malformed(long offset, String reason) {
    return file.malformed(offset, reason);
  }

  /** An unsigned byte. */
  public int u8(String field) throws IOException {
    return window.get(advance(Byte.BYTES, field)) & 0xff;
  }

  /** Two bytes, sign extended. */
  public short i16(String field) throws IOException {
    return window.getShort(advance(Short.BYTES, field));
  }

  /** Four bytes, signed. */
  public int i32(String field) throws IOException {
    return window.getInt(advance(Integer.BYTES, field));
  }

  /** Eight bytes, signed. */
  public long i64(String field) throws IOException {
    return window.getLong(advance(Long.BYTES, field));
  }

  /** A float32. */
  public float f32(String field) throws IOException {
    return Float.intBitsToFloat(i32(field));
  }

  /**
   * A count of things that take at least {@code minBytes} each, stored as a 64-bit unsigned number.
   *
   * @throws MalformedFileException if so many do not fit the rest of the file
   */
  public long count(String field, int minBytes) throws IOException {
    long at = position;
    long count = i64(field);
    if (count < 0 || count > remaining() / minBytes) {
      throw malformed(
          at,
          field
              + " is "
              + Long.toUnsignedString(count)
              + ", the remaining "
              + remaining()
              + " bytes hold at most "
              + remaining() / minBytes);
    }
    return count;
  }

  /** The next bytes, copied. */
  public ByteBuffer bytes(long length, String field) throws IOException {
    require(length, field);
    if (length > FileBytes.MAX_LENGTH) {
      throw malformed(position, field + " has " + length + " bytes, 2 GiB or more");
    }
    ByteBuffer bytes = file.read(position, length);
    position += length;
    return bytes;
  }

  /**
   * The next bytes as UTF-8.
   *
   * @throws MalformedFileException if they are not UTF-8
   */
  public String text(long length, String field) throws IOException {
    long at = position;
    ByteBuffer bytes = bytes(length, field);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(bytes)
          .toString();
    } catch (CharacterCodingException e) {
      throw malformed(at + bytes.position(), field + " is not UTF-8");
    }
  }

  /** Steps over bytes. */
  public void skip(long length, String field) throws IOException {
    require(length, field);
    position += length;
  }

  /** Goes back to, or ahead to, an offset inside the file. */
  public void seek(long offset) {
    if (offset < 0 || offset > file.size()) {
      throw new IllegalArgumentException("offset " + offset + ", must be in 0 to " + file.size());
    }
    position = offset;
  }

  private void require(long length, String field) throws MalformedFileException {
    if (length < 0 || length > remaining()) {
      throw malformed(
          position,
          field
              + " needs "
              + Long.toUnsignedString(length)
              + " bytes, the file has "
              + remaining()
              + " more");
    }
  }

  /** Makes the next bytes present in the window and steps over them; their index in the window. */
  private int advance(int length, String field) throws IOException {
    require(length, field);
    if (position < windowStart || position + length > windowStart + windowLength) {
      windowStart = position;
      windowLength = (int) Math.min(WINDOW, remaining());
      file.read(windowStart, window.array(), windowLength);
    }
    int index = (int) (position - windowStart);
    position += length;
    return index;
  }
}
