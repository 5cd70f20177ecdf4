package io.halftone.io.codec;

import io.halftone.core.model.StoredTensor;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * A matrix of small unsigned integers whose lines are packed into words, each line on its own.
 *
 * @param packing how a line's fields fill words
 * @param bits width of a field
 * @param lines number of lines
 * @param fields fields of a line
 * @param placement where a line's words go
 */
record PackedLines(WordPacking packing, int bits, int lines, int fields, Placement placement) {
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
    return packing.words(fields, bits);
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
    int[] line = new int[words];
    for (int l = 0; l < lines; l++) {
      Arrays.fill(line, 0);
      for (int f = 0; f < fields; f++) {
        packing.put(line, f, bits, field.at(l, f));
      }
      for (int w = 0; w < words; w++) {
        target.put(index(l, w, words), line[w]);
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
    int[] line = new int[words];
    for (int l = 0; l < lines; l++) {
      for (int w = 0; w < words; w++) {
        line[w] = source.get(index(l, w, words));
      }
      for (int f = 0; f < fields; f++) {
        values[l * fields + f] = packing.get(line, f, bits);
      }
    }
    return values;
  }

  private int index(int line, int word, int words) {
    return placement == Placement.LINE_BY_LINE ? line * words + word : word * lines + line;
  }
}
