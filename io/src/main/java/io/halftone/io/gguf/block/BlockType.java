package io.halftone.io.gguf.block;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The tensor types of GGUF that Halftone reads and writes.
 *
 * @see <a href="https://github.com/ggml-org/llama.cpp">ggml-common.h and ggml-quants.c</a>
 */
public enum BlockType {
  /** float32. */
  F32(0),
  /** binary16. */
  F16(1),
  /** 32 codes of 4 bits, one scale. */
  Q4_0(2),
  /** 32 codes of 4 bits, one scale and minimum. */
  Q4_1(3),
  /** 32 codes of 5 bits, one scale. */
  Q5_0(6),
  /** 32 codes of 5 bits, one scale and minimum. */
  Q5_1(7),
  /** 32 bytes, one scale. */
  Q8_0(8),
  /** 256 codes of 2 bits, 16 scales and minima of 4 bits. */
  Q2_K(10),
  /** 256 codes of 3 bits, 16 scales of 6 bits. */
  Q3_K(11),
  /** 256 codes of 4 bits, 8 scales and minima of 6 bits. */
  Q4_K(12),
  /** 256 codes of 5 bits, 8 scales and minima of 6 bits. */
  Q5_K(13),
  /** 256 codes of 6 bits, 16 scales of 8 bits. */
  Q6_K(14),
  /** 32 codes of 4 bits for uneven levels, one scale. */
  IQ4_NL(20),
  /** bfloat16. */
  BF16(30),
  /** 256 codes for −1, 0, 1, one scale. */
  TQ2_0(35),
  /** 32 E2M1 codes, one power of two. */
  MXFP4(39),
  /** 64 E2M1 codes, 4 scales of E4M3. */
  NVFP4(40);

  private final int id;

  BlockType(int id) {
    this.id = id;
  }

  /**
   * The type with a number.
   *
   * @throws IllegalArgumentException if Halftone does not know it; lists those it knows
   */
  public static BlockType ofId(int id) {
    return Arrays.stream(values())
        .filter(type -> type.id == id)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown GGUF tensor type "
                        + id
                        + "; known are "
                        + Arrays.stream(values())
                            .map(type -> type.name() + " (" + type.id + ")")
                            .collect(Collectors.joining(", "))));
  }

  /** The number that stands for the type in files. */
  public int id() {
    return id;
  }

  /** Decoder and encoders. */
  public BlockCodec codec() {
    return switch (this) {
      case F32 -> FloatCodec.float32();
      case F16 -> FloatCodec.float16();
      case Q4_0 -> GridCodecs.nibbles();
      case Q4_1 -> GridCodecs.affine(FlatCodes.FOUR_BITS);
      case Q5_0 -> GridCodecs.symmetric(FlatCodes.FIVE_BITS);
      case Q5_1 -> GridCodecs.affine(FlatCodes.FIVE_BITS);
      case Q8_0 -> GridCodecs.bytes();
      case Q2_K -> GridCodecs.nestedAffine(new Q2KLayout(), AffineSearches.Q2_K, 15);
      case Q3_K -> GridCodecs.q3k();
      case Q4_K -> GridCodecs.nestedAffine(NestedAffineLayout.of(4), AffineSearches.Q4_K, 63);
      case Q5_K -> GridCodecs.nestedAffine(NestedAffineLayout.of(5), AffineSearches.Q5_K, 63);
      case Q6_K -> GridCodecs.q6k();
      case IQ4_NL -> GridCodecs.nonLinear();
      case BF16 -> FloatCodec.bfloat16();
      case TQ2_0 -> GridCodecs.ternary();
      case MXFP4 -> GridCodecs.mxfp4();
      case NVFP4 -> GridCodecs.nvfp4();
    };
  }

  static void requireWhole(int cols, int blockSize) {
    if (cols % blockSize != 0) {
      throw new IllegalArgumentException(
          "rows have " + cols + " weights, must be a multiple of the block of " + blockSize);
    }
  }
}
