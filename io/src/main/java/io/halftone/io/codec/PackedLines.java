package io.halftone.io.codec;

import io.halftone.core.model.StoredTensor;
import io.halftone.io.pack.BitOrder;
import io.halftone.io.pack.BitPacker;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * A matrix of small unsigned integers whose lines are packed into words, each line on its own.
 *
 * @param packer how a line's fields fill words
 * @param lines number of lines
 * @param fields fields of a line
 * @param placement where a line's words go
 */
record PackedLines(BitPacker packer, int lines, int fields, Placement placement) {
  PackedLines(BitOrder order, int bits, int lines, int fields, Placement placement) {
    this(new BitPacker(order, bits), lines, fields, placement);
  }

  /** Which index of the stored matrix is the line. */
  enum Placement {
    /** [lines, words]: the words of a line are neighbours. */
    LINE_BY_LINE,
    /** [words, lines]: a line is a column of words. */
    ACROSS
  }

  /** A field's value, in [0, 2^bits). */
  @FunctionalInterface
  interface Field {
    int at(int line, int field);
  }

  private int words() {
    return packer.bytes(fields) / Integer.BYTES;
  }

  /** Dimensions of the stored matrix. */
  List<Long> shape() {
    long words = words();
    return placement == Placement.LINE_BY_LINE
        ? List.of((long) lines, words)
        : List.of(words, (long) lines);
  }

  StoredTensor pack(String name, Field field) {
    int words = words();
    ByteBuffer data = Bytes.allocate((long) lines * words * Integer.BYTES);
    IntBuffer target = data.asIntBuffer();
    byte[] line = new byte[words * Integer.BYTES];
    IntBuffer lineWords = words(line);
    for (int l = 0; l < lines; l++) {
      Arrays.fill(line, (byte) 0);
      for (int f = 0; f < fields; f++) {
        packer.put(line, 0, f, field.at(l, f));
      }
      for (int w = 0; w < words; w++) {
        target.put(index(l, w, words), lineWords.get(w));
      }
    }
    return new StoredTensor(name, "I32", shape(), data);
  }

  /**
   * All fields, line by line.
   *
   * @param tensor of {@link #shape()}
   */
  int[] unpack(StoredTensor tensor) {
    int words = words();
    IntBuffer source = Bytes.of(tensor).asIntBuffer();
    int[] values = new int[Math.multiplyExact(lines, fields)];
    byte[] line = new byte[words * Integer.BYTES];
    IntBuffer lineWords = words(line);
    for (int l = 0; l < lines; l++) {
      for (int w = 0; w < words; w++) {
        lineWords.put(w, source.get(index(l, w, words)));
      }
      for (int f = 0; f < fields; f++) {
        values[l * fields + f] = packer.get(line, 0, f);
      }
    }
    return values;
  }

  private static IntBuffer words(byte[] line) {
    return ByteBuffer.wrap(line).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
  }

  private int index(int line, int word, int words) {
    return placement == Placement.LINE_BY_LINE ? line * words + word : word * lines + line;
  }
}
