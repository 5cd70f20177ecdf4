package io.halftone.io.gguf.block;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;
import java.util.Optional;

/**
 * Products of inputs with a weight in blocks, bit for bit those of llama.cpp on a CPU with AVX2,
 * FMA and F16C: inputs are rounded as {@link InputRounding} says, products of codes are summed as
 * integers, and eight float32 sums run side by side.
 *
 * <p>What is computed of two rows of inputs or more; single rows take another order for some types.
 *
 * @see <a href="https://github.com/ggml-org/llama.cpp/tree/b4916/ggml/src/ggml-cpu">llama.cpp,
 *     ggml-cpu-quants.c, ggml-cpu-aarch64.cpp and llamafile/sgemm.cpp</a>
 */
public interface BlockProduct {
  /**
   * Multiplies.
   *
   * @param x [tokens, in], finite, read
   * @return [tokens, out], a new matrix
   * @throws IllegalArgumentException if rows of x have another length than those of the weight
   */
  FloatMatrix of(FloatMatrix x, Compute compute);

  /**
   * Takes a weight apart.
   *
   * @param blocks rows one after the other, read
   * @param rows of the weight, a multiple of 4 for types without blocks
   * @param cols of a row, whole blocks; a multiple of 8 for types without blocks
   * @throws IllegalArgumentException if the order of the type's sums is not known here
   */
  static BlockProduct of(BlockType type, byte[] blocks, int rows, int cols) {
    obstacle(type, rows)
        .ifPresent(
            obstacle -> {
              throw new IllegalArgumentException(obstacle);
            });
    return switch (type) {
      case F32, F16, BF16 -> FloatProduct.of(type, blocks, rows, cols);
      case Q4_0 ->
          rows % RepackedProduct.ROWS == 0
              ? new RepackedProduct(FlatProduct.of(type, blocks, rows, cols))
              : FlatProduct.of(type, blocks, rows, cols);
      case Q5_0, Q8_0, IQ4_NL -> FlatProduct.of(type, blocks, rows, cols);
      case Q2_K, Q3_K, Q4_K, Q6_K -> SuperBlockProduct.of(type, blocks, rows, cols);
      case Q4_1, Q5_1, Q5_K, TQ2_0, MXFP4, NVFP4 ->
          throw new IllegalArgumentException("the order of sums of " + type + " is not known");
    };
  }

  /** Why the order of a product's sums is not known; empty if it is. */
  static Optional<String> obstacle(BlockType type, int rows) {
    return switch (type) {
      case F32, F16, BF16 ->
          rows % FloatProduct.ROWS == 0
              ? Optional.empty()
              : Optional.of(
                  "the order of sums of "
                      + type
                      + " is known for multiples of 4 rows, not "
                      + rows);
      case Q4_1, Q5_1, Q5_K, TQ2_0, MXFP4, NVFP4 ->
          Optional.of("the order of sums of " + type + " is not known");
      default -> Optional.empty();
    };
  }

  /**
   * Refuses inputs of another length.
   *
   * @throws IllegalArgumentException if rows of x have not {@code cols} inputs
   */
  static void requireCols(FloatMatrix x, int cols) {
    if (x.cols() != cols) {
      throw new IllegalArgumentException(
          "inputs are rows of " + x.cols() + ", the weight's are of " + cols);
    }
  }
}
