package io.halftone.io.gguf.model;

import io.halftone.io.gguf.block.BlockType;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Which type each tensor of a file gets: llama.cpp's own rules, as data.
 *
 * @param wanted type of the linears
 * @see <a href="https://github.com/ggml-org/llama.cpp">llama-quant.cpp, llama_tensor_get_type</a>
 */
public record TypePlan(BlockType wanted) {
  private static final Map<BlockType, BlockType> NARROWER =
      new EnumMap<>(
          Map.of(
              BlockType.Q2_K, BlockType.IQ4_NL,
              BlockType.Q3_K, BlockType.IQ4_NL,
              BlockType.Q4_K, BlockType.Q5_0,
              BlockType.Q5_K, BlockType.Q5_1,
              BlockType.Q6_K, BlockType.Q8_0,
              BlockType.TQ2_0, BlockType.Q4_0));

  /**
   * A tensor's type.
   *
   * @param tensor name in GGUF
   * @param type chosen
   * @param reason for people
   */
  public record Choice(String tensor, BlockType type, String reason) {}

  /**
   * Chooses.
   *
   * @param tensor name in GGUF
   * @param shape outermost first
   * @param output whether it is multiplied with the last state to make logits
   */
  Choice choose(String tensor, List<Long> shape, boolean output) {
    if (shape.size() < 2) {
      return new Choice(tensor, BlockType.F32, "a vector");
    }
    long cols = shape.get(1);
    BlockType first = output ? outputType() : wanted;
    BlockType type = fitting(first, cols);
    String why = output && first != wanted ? "makes logits" : "as asked for";
    return new Choice(
        tensor,
        type,
        type == first
            ? why
            : "rows of " + cols + " are no whole blocks of " + first.codec().blockSize());
  }

  /**
   * The type of a block's linear: the one asked for, or the first that llama.cpp takes in its place
   * whose blocks divide the rows.
   *
   * @param cols weights of a row
   */
  public BlockType linear(long cols) {
    return fitting(wanted, cols);
  }

  private static BlockType fitting(BlockType first, long cols) {
    BlockType type = first;
    while (cols % type.codec().blockSize() != 0) {
      type = narrower(type);
    }
    return type;
  }

  /** Six bits at least where codes are used: an error of the output matrix is one of the logits. */
  private BlockType outputType() {
    boolean exact = wanted.codec().blockSize() == 1 || wanted == BlockType.Q8_0;
    return exact ? wanted : BlockType.Q6_K;
  }

  private static BlockType narrower(BlockType type) {
    return NARROWER.getOrDefault(type, BlockType.F16);
  }

  /** The number of {@code general.file_type} that llama.cpp gives files of such tensors. */
  int fileType() {
    return switch (wanted) {
      case F32 -> 0;
      case F16 -> 1;
      case Q4_0 -> 2;
      case Q4_1 -> 3;
      case Q8_0 -> 7;
      case Q5_0 -> 8;
      case Q5_1 -> 9;
      case Q2_K -> 10;
      case Q3_K -> 11;
      case Q4_K -> 14;
      case Q5_K -> 16;
      case Q6_K -> 18;
      case IQ4_NL -> 25;
      case BF16 -> 32;
      case TQ2_0 -> 37;
      case MXFP4 -> 38;
      case NVFP4 -> 39;
    };
  }
}
