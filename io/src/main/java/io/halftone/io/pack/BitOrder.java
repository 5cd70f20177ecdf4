package io.halftone.io.pack;

/**
 * Where the fields of a run lie in its bytes; words are 32 bits, little-endian.
 *
 * <p>Bytes and words that fields do not fill end in zero bits.
 */
public enum BitOrder {
  /**
   * Field i takes bits b·i to b·i + b − 1 of the bytes, the lowest bit of a byte first.
   *
   * @see <a href="https://onnx.ai/onnx/technical/int4.html">ONNX, 4-bit packing</a>
   */
  BYTES(1) {
    @Override
    long bit(long field, int bits) {
      return field * bits;
    }
  },
  /**
   * Field i takes bits b·i to b·i + b − 1 of the bytes, the highest bit of a byte first.
   *
   * @see <a href="https://github.com/bitsandbytes-foundation/bitsandbytes">bitsandbytes, 4-bit
   *     weights</a>
   */
  BYTES_HIGH_FIRST(1) {
    @Override
    long bit(long field, int bits) {
      return field * bits;
    }

    @Override
    boolean isHighFirst() {
      return true;
    }
  },
  /**
   * As {@link #BYTES}, but a run ends with a whole word: fields lie across the borders of words.
   *
   * @see <a href="https://arxiv.org/abs/2210.17323">Frantar et al., GPTQ, 2022 (reference code,
   *     3-bit layers)</a>
   */
  WORDS(Integer.BYTES) {
    @Override
    long bit(long field, int bits) {
      return field * bits;
    }
  },
  /** ⌊32 / b⌋ fields to a word, the first in the lowest bits; what is left of a word is zero. */
  WHOLE_FIELD_WORDS(Integer.BYTES) {
    @Override
    long bit(long field, int bits) {
      int perWord = Integer.SIZE / bits;
      return field / perWord * Integer.SIZE + field % perWord * bits;
    }
  },
  /**
   * Fields of 4 bits, eight to a word, nibble i of a word holding its field 0, 2, 4, 6, 1, 3, 5, 7.
   *
   * @see <a href="https://github.com/casper-hansen/AutoAWQ">AutoAWQ, packing_utils</a>
   */
  INTERLEAVED_WORDS(Integer.BYTES) {
    @Override
    boolean holds(int bits) {
      return bits == NIBBLE;
    }

    @Override
    long bit(long field, int bits) {
      long inWord = field % FIELDS_OF_WORD;
      long nibble = inWord / 2 + inWord % 2 * (FIELDS_OF_WORD / 2);
      return field / FIELDS_OF_WORD * Integer.SIZE + nibble * bits;
    }

    @Override
    long end(long fields, int bits) {
      return (fields + FIELDS_OF_WORD - 1) / FIELDS_OF_WORD * Integer.SIZE;
    }
  },
  /**
   * Blocks of 32 fields of 1, 2, 4 or 8 bits: byte j of a block's n bytes holds fields j, j + n, j
   * + 2n, …, the first in the lowest bits.
   *
   * @see <a href="https://github.com/ggml-org/ggml">ggml, block_q4_0</a>
   */
  SPLIT_BLOCKS(1) {
    @Override
    boolean holds(int bits) {
      return Byte.SIZE % bits == 0;
    }

    @Override
    long bit(long field, int bits) {
      int bytes = BLOCK * bits / Byte.SIZE;
      long inBlock = field % BLOCK;
      return field / BLOCK * BLOCK * bits + inBlock % bytes * Byte.SIZE + inBlock / bytes * bits;
    }

    @Override
    long end(long fields, int bits) {
      return (fields + BLOCK - 1) / BLOCK * BLOCK * bits;
    }
  };

  private static final int NIBBLE = 4;
  private static final int FIELDS_OF_WORD = 8;
  private static final int BLOCK = 32;

  private final int unit;

  BitOrder(int unit) {
    this.unit = unit;
  }

  /** Whether fields of b bits, in [1, 8], have this order. */
  boolean holds(int bits) {
    return true;
  }

  /** Position of a field's lowest bit, or highest where that comes first, through all bytes. */
  abstract long bit(long field, int bits);

  /** Number of bits up to the end of the last field. */
  long end(long fields, int bits) {
    return fields == 0 ? 0 : bit(fields - 1, bits) + bits;
  }

  /** Whether positions count from the highest bit of each byte. */
  boolean isHighFirst() {
    return false;
  }

  /** Bytes of a run are a multiple of this. */
  int unit() {
    return unit;
  }
}
