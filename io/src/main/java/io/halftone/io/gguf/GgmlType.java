package io.halftone.io.gguf;

import java.util.Arrays;
import java.util.Optional;

/**
 * The types of tensors that GGUF files hold: elements come in blocks along a row.
 *
 * @see <a href="https://github.com/ggml-org/ggml/blob/master/include/ggml.h">ggml, enum ggml_type
 *     </a>
 */
public enum GgmlType {
  /** IEEE 754 binary32. */
  F32(0, 1, 4),
  /** IEEE 754 binary16. */
  F16(1, 1, 2),
  /** 4 bits, a scale for 32. */
  Q4_0(2, 32, 18),
  /** 4 bits, scale and minimum for 32. */
  Q4_1(3, 32, 20),
  /** 5 bits, a scale for 32. */
  Q5_0(6, 32, 22),
  /** 5 bits, scale and minimum for 32. */
  Q5_1(7, 32, 24),
  /** 8 bits, a scale for 32. */
  Q8_0(8, 32, 34),
  /** 2 bits, nested scales and minima. */
  Q2_K(10, 256, 84),
  /** 3 bits, nested scales. */
  Q3_K(11, 256, 110),
  /** 4 bits, nested scales and minima. */
  Q4_K(12, 256, 144),
  /** 5 bits, nested scales and minima. */
  Q5_K(13, 256, 176),
  /** 6 bits, nested scales. */
  Q6_K(14, 256, 210),
  /** 2.06 bits from a lattice. */
  IQ2_XXS(16, 256, 66),
  /** 2.31 bits from a lattice. */
  IQ2_XS(17, 256, 74),
  /** 3.06 bits from a lattice. */
  IQ3_XXS(18, 256, 98),
  /** 1.56 bits from a lattice. */
  IQ1_S(19, 256, 50),
  /** 4 bits from a table, a scale for 32. */
  IQ4_NL(20, 32, 18),
  /** 3.44 bits from a lattice. */
  IQ3_S(21, 256, 110),
  /** 2.56 bits from a lattice. */
  IQ2_S(22, 256, 82),
  /** 4 bits from a table, nested scales. */
  IQ4_XS(23, 256, 136),
  /** Signed 8 bits. */
  I8(24, 1, 1),
  /** Signed 16 bits. */
  I16(25, 1, 2),
  /** Signed 32 bits. */
  I32(26, 1, 4),
  /** Signed 64 bits. */
  I64(27, 1, 8),
  /** IEEE 754 binary64. */
  F64(28, 1, 8),
  /** 1.75 bits from a lattice. */
  IQ1_M(29, 256, 56),
  /** The upper half of a binary32. */
  BF16(30, 1, 2),
  /** Ternary, 5 elements in a byte. */
  TQ1_0(34, 256, 54),
  /** Ternary, 2 bits. */
  TQ2_0(35, 256, 66),
  /** E2M1 with a power of two for 32. */
  MXFP4(39, 32, 17),
  /** E2M1 with an E4M3 scale for 16. */
  NVFP4(40, 64, 36),
  /** 1 bit, a scale for 128. */
  Q1_0(41, 128, 18);

  private final int id;
  private final int blockSize;
  private final int blockBytes;

  GgmlType(int id, int blockSize, int blockBytes) {
    this.id = id;
    this.blockSize = blockSize;
    this.blockBytes = blockBytes;
  }

  /** The number that stands for the type in a file. */
  public int id() {
    return id;
  }

  /** Elements of a block; the rows of a tensor have a whole number of blocks. */
  public int blockSize() {
    return blockSize;
  }

  /** Bytes of a block. */
  public int blockBytes() {
    return blockBytes;
  }

  /** The type a number stands for; empty for removed types and those of later versions. */
  public static Optional<GgmlType> of(int id) {
    for (GgmlType type : values()) {
      if (type.id == id) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** The type of a name. */
  public static Optional<GgmlType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }
}
