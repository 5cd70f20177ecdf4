package io.halftone.io.gguf.block;

import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The tensor types of GGUF that Halftone reads and writes.
 *
 * @see <a href="https://github.com/ggml-org/llama.cpp">ggml-common.h and ggml-quants.c</a>
 */
public enum BlockType {
  /** float32. */
  F32(0, FloatCodec::float32),
  /** binary16. */
  F16(1, FloatCodec::float16),
  /** 32 codes of 4 bits, one scale. */
  Q4_0(2, FlatLayout.integers(FlatCodes.FOUR_BITS), layout -> FlatReference.symmetric(8)),
  /** 32 codes of 4 bits, one scale and minimum. */
  Q4_1(3, AffineLayout.of(FlatCodes.FOUR_BITS), layout -> FlatReference.affine(15)),
  /** 32 codes of 5 bits, one scale. */
  Q5_0(6, FlatLayout.integers(FlatCodes.FIVE_BITS), layout -> FlatReference.symmetric(16)),
  /** 32 codes of 5 bits, one scale and minimum. */
  Q5_1(7, AffineLayout.of(FlatCodes.FIVE_BITS), layout -> FlatReference.affine(31)),
  /** 32 bytes, one scale. */
  Q8_0(8, new Q8Layout(), layout -> FlatReference::bytes),
  /** 256 codes of 2 bits, 16 scales and minima of 4 bits. */
  Q2_K(10, new Q2KLayout(), NestedReference::q2k),
  /** 256 codes of 3 bits, 16 scales of 6 bits. */
  Q3_K(11, new Q3KLayout(), NestedReference::q3k),
  /** 256 codes of 4 bits, 8 scales and minima of 6 bits. */
  Q4_K(12, NestedAffineLayout.of(4), NestedReference::q4k),
  /** 256 codes of 5 bits, 8 scales and minima of 6 bits. */
  Q5_K(13, NestedAffineLayout.of(5), NestedReference::q5k),
  /** 256 codes of 6 bits, 16 scales of 8 bits. */
  Q6_K(14, new Q6KLayout(), NestedReference::q6k),
  /** 32 codes of 4 bits for uneven levels, one scale. */
  IQ4_NL(
      20,
      new FlatLayout(FlatCodes.FOUR_BITS, Levels.NON_LINEAR),
      layout -> TableReference::nonLinear),
  /** bfloat16. */
  BF16(30, FloatCodec::bfloat16),
  /** 256 codes for −1, 0, 1, one scale. */
  TQ2_0(35, new TernaryLayout(), layout -> FlatReference::ternary),
  /** 32 E2M1 codes, one power of two. */
  MXFP4(39, new Mxfp4Layout(), layout -> TableReference::mxfp4),
  /** 64 E2M1 codes, 4 scales of E4M3. */
  NVFP4(40, new Nvfp4Layout(), layout -> TableReference::nvfp4);

  private final int id;
  private final Supplier<BlockCodec> codec;

  BlockType(int id, Supplier<BlockCodec> codec) {
    this.id = id;
    this.codec = codec;
  }

  BlockType(int id, BlockLayout layout, Function<BlockLayout, FieldEncoder> reference) {
    this(id, () -> new GridCodec(layout, () -> reference.apply(layout)));
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
    return codec.get();
  }
}
