package io.halftone.io.codec;

/** How fields of b bits fill 32-bit words. */
public enum WordPacking {
  /**
   * floor(32 / b) fields to a word, the first in the lowest bits; what is left of a word is zero.
   */
  WHOLE_FIELDS {
    @Override
    int words(int fields, int bits) {
      int perWord = Integer.SIZE / bits;
      return (fields + perWord - 1) / perWord;
    }

    @Override
    int bit(int field, int bits) {
      int perWord = Integer.SIZE / bits;
      return field / perWord * Integer.SIZE + field % perWord * bits;
    }
  },
  /** Field i takes bits b·i to b·i + b − 1 of the words, across their borders. */
  CONTIGUOUS {
    @Override
    int words(int fields, int bits) {
      return Math.toIntExact(((long) fields * bits + Integer.SIZE - 1) / Integer.SIZE);
    }

    @Override
    int bit(int field, int bits) {
      return field * bits;
    }
  },
  /**
   * 4-bit fields, eight to a word, nibble i of a word holding its field 0, 2, 4, 6, 1, 3, 5, 7.
   *
   * @see <a href="https://github.com/casper-hansen/AutoAWQ">AutoAWQ, packing_utils</a>
   */
  INTERLEAVED {
    @Override
    int words(int fields, int bits) {
      return WHOLE_FIELDS.words(fields, bits);
    }

    @Override
    int bit(int field, int bits) {
      int inWord = field % FIELDS_OF_INTERLEAVED;
      int nibble = inWord / 2 + inWord % 2 * (FIELDS_OF_INTERLEAVED / 2);
      return field / FIELDS_OF_INTERLEAVED * Integer.SIZE + nibble * bits;
    }
  };

  private static final int FIELDS_OF_INTERLEAVED = 8;

  /** Words that a number of fields takes. */
  abstract int words(int fields, int bits);

  /** Position of a field's lowest bit, counted through all words. */
  abstract int bit(int field, int bits);

  /** Puts a value in [0, 2^bits) into a field that is still zero. */
  final void put(int[] words, int field, int bits, int value) {
    int bit = bit(field, bits);
    int word = bit >>> 5;
    int shift = bit & 31;
    words[word] |= value << shift;
    if (shift + bits > Integer.SIZE) {
      words[word + 1] |= value >>> (Integer.SIZE - shift);
    }
  }

  /** The value of a field, in [0, 2^bits). */
  final int get(int[] words, int field, int bits) {
    int bit = bit(field, bits);
    int word = bit >>> 5;
    int shift = bit & 31;
    int value = words[word] >>> shift;
    if (shift + bits > Integer.SIZE) {
      value |= words[word + 1] << (Integer.SIZE - shift);
    }
    return value & ((1 << bits) - 1);
  }
}
