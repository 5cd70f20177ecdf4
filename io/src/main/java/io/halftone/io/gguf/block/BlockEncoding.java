package io.halftone.io.gguf.block;

import io.halftone.core.kernel.Compute;
import io.halftone.core.tensor.FloatMatrix;

/**
 * Encodes whole matrices with all threads.
 *
 * @param type of the blocks
 * @param importance of the input channels
 * @param compute where it runs
 */
public record BlockEncoding(BlockType type, Importance importance, Compute compute) {
  private static final int TASK_ROWS = 64;

  /**
   * The blocks of a matrix, its rows one after the other.
   *
   * @param tensor name for messages
   * @param weight [out, in], read
   * @throws IllegalArgumentException if rows are no whole blocks, or a weight is not finite or too
   *     large for the type; names tensor, row and column
   */
  public byte[] encode(String tensor, FloatMatrix weight) {
    BlockCodec codec = type.codec();
    try {
      int rowBytes = codec.rowBytes(weight.cols());
      byte[] blocks = new byte[Math.multiplyExact(weight.rows(), rowBytes)];
      int tasks = (weight.rows() + TASK_ROWS - 1) / TASK_ROWS;
      compute.parallel(
          tasks,
          task -> {
            int from = task * TASK_ROWS;
            int to = Math.min(weight.rows(), from + TASK_ROWS);
            codec.encoder().encode(weight, from, to, importance, blocks, from * rowBytes);
          });
      return blocks;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("tensor " + tensor + ": " + e.getMessage(), e);
    }
  }
}
