package io.halftone.io.gguf.block;

import io.halftone.core.tensor.FloatMatrix;

/**
 * How llama.cpp's kernels for the CPU round the inputs of a linear before they multiply them with
 * blocks of its weight.
 *
 * @see <a href="https://github.com/ggml-org/llama.cpp">ggml-cpu.c, type_traits_cpu.vec_dot_type;
 *     ggml-cpu-quants.c, quantize_row_q8_0 for AVX; ggml-quants.c, quantize_row_q8_K_ref</a>
 */
public enum InputRounding {
  /** Inputs stay as they are. */
  NONE,
  /** Each is the nearest binary16. */
  HALF,
  /** Each is the nearest bfloat16. */
  BRAIN,
  /** Q8_0: 32 codes of 8 bits with a binary16 scale. */
  BYTES,
  /** Q8_K: 256 codes of 8 bits with a float32 scale; the largest magnitude is −127. */
  SUPER_BLOCKS;

  /** What is done to the inputs of a weight of some type. */
  public static InputRounding of(BlockType weight) {
    return switch (weight) {
      case F32 -> NONE;
      case F16 -> HALF;
      case BF16 -> BRAIN;
      case Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, IQ4_NL, MXFP4, NVFP4 -> BYTES;
      case Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, TQ2_0 -> SUPER_BLOCKS;
    };
  }

  /**
   * The values that are multiplied.
   *
   * @param x [tokens, in], finite, read; whole blocks
   * @return x itself or a new matrix
   */
  public FloatMatrix apply(FloatMatrix x) {
    if (this == NONE) {
      return x;
    }
    FloatMatrix rounded = x.copy();
    float[] data = rounded.data();
    switch (this) {
      case HALF -> roundTo(BlockType.F16.codec(), x, data);
      case BRAIN -> roundTo(BlockType.BF16.codec(), x, data);
      case BYTES -> InputCodes.bytes(x).decode(data);
      default -> InputCodes.superBlocks(x).decode(data);
    }
    return rounded;
  }

  private static void roundTo(BlockCodec codec, FloatMatrix x, float[] data) {
    byte[] bytes = new byte[codec.blockBytes() * x.rows() * x.cols()];
    codec.encoder().encode(x, 0, x.rows(), Importance.UNIFORM, bytes, 0);
    codec.decode(bytes, 0, data, 0, data.length);
  }
}
