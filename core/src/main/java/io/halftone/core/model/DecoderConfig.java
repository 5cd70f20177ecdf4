package io.halftone.core.model;

/**
 * The numbers of a decoder: what a model directory's {@code config.json}, a GGUF file's metadata or
 * a checkpoint's header say of it.
 *
 * @param modelType the architecture's name in the model's own terms
 * @param hiddenSize channels of the residual stream
 * @param intermediateSize channels inside the feed-forward part
 * @param blocks number of blocks
 * @param heads query heads
 * @param keyValueHeads key/value heads, a divisor of {@code heads}
 * @param headSize channels of a head
 * @param vocabulary number of tokens
 * @param contextLength longest sequence in tokens
 * @param normEpsilon added to the mean square (or variance) of a normalisation
 * @param rotary position embedding
 * @param activation of the feed-forward part
 * @param tiedHead whether the output matrix is the embedding
 * @param attention departures from plain causal attention
 */
public record DecoderConfig(
    String modelType,
    int hiddenSize,
    int intermediateSize,
    int blocks,
    int heads,
    int keyValueHeads,
    int headSize,
    int vocabulary,
    int contextLength,
    float normEpsilon,
    Rotary rotary,
    Activation activation,
    boolean tiedHead,
    AttentionLimits attention) {

  /** Validates that the shapes fit together. */
  public DecoderConfig {
    requirePositive("hiddenSize", hiddenSize);
    requirePositive("intermediateSize", intermediateSize);
    requirePositive("blocks", blocks);
    requirePositive("heads", heads);
    requirePositive("keyValueHeads", keyValueHeads);
    requirePositive("headSize", headSize);
    requirePositive("vocabulary", vocabulary);
    requirePositive("contextLength", contextLength);
    if (heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          keyValueHeads + " key/value heads do not divide " + heads + " query heads");
    }
    if (rotary.channels() > headSize || rotary.channels() % 2 != 0) {
      throw new IllegalArgumentException(
          rotary.channels() + " rotated channels of a head of " + headSize + ", must be even");
    }
    if (!(normEpsilon >= 0)) {
      throw new IllegalArgumentException("normEpsilon is " + normEpsilon + ", must be at least 0");
    }
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is " + value + ", must be at least 1");
    }
  }

  /** Query heads that share one key/value head. */
  public int repeats() {
    return heads / keyValueHeads;
  }

  /**
   * A rotary position embedding.
   *
   * @param base θ: channel pair i turns by θ^(−2i/channels) a position
   * @param channels of a head that are rotated, the first ones
   * @param scaling of the frequencies
   * @see <a href="https://arxiv.org/abs/2104.09864">Su et al., RoFormer, 2021</a>
   */
  public record Rotary(double base, int channels, RotaryScaling scaling) {}

  /**
   * Departures from plain causal attention; {@link #NONE} for most models.
   *
   * @param window tokens a position sees, itself included; 0 for all before it
   * @param windowedBlocks which blocks have the window
   * @param scoreCap c: scores become c·tanh(score/c); 0 without
   * @param logitCap the same for the logits; 0 without
   * @param queryScale what queries are multiplied by; 0 for headSize^(−1/2)
   */
  public record AttentionLimits(
      int window, WindowedBlocks windowedBlocks, float scoreCap, float logitCap, float queryScale) {
    /** Plain causal attention. */
    public static final AttentionLimits NONE = new AttentionLimits(0, WindowedBlocks.ALL, 0, 0, 0);

    /** Tokens a position of a block sees, itself included; 0 for all before it. */
    public int windowOf(int block) {
      return windowedBlocks == WindowedBlocks.ALL || block % 2 == 0 ? window : 0;
    }
  }

  /** Which blocks see a window only. */
  public enum WindowedBlocks {
    /** Every block. */
    ALL,
    /** Blocks 0, 2, 4, … */
    EVEN
  }
}
