package io.halftone.io.gguf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * Texts as a file holds them, each after its 8 bytes of length; decoded when asked for, so that a
 * large vocabulary takes little more memory than its file.
 */
final class PackedTexts extends AbstractList<String> implements RandomAccess {
  private final ByteBuffer bytes;
  private final int[] starts;

  /**
   * Wraps texts.
   *
   * @param bytes lengths and texts
   * @param starts where each length begins
   */
  PackedTexts(ByteBuffer bytes, int[] starts) {
    this.bytes = bytes;
    this.starts = starts;
  }

  @Override
  public String get(int index) {
    int start = starts[Objects.checkIndex(index, starts.length)];
    int length = (int) bytes.getLong(start);
    ByteBuffer text = bytes.slice(start + Long.BYTES, length);
    return StandardCharsets.UTF_8.decode(text).toString();
  }

  @Override
  public int size() {
    return starts.length;
  }
}
