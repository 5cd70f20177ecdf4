package io.halftone.io.llama2c;

import io.halftone.core.model.Activation;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.model.RotaryScaling;

/**
 * The shape of a model in a llama2.c checkpoint.
 *
 * @param dim width of the residual stream
 * @param hiddenDim width of the feed-forward layer
 * @param layers number of blocks
 * @param heads number of query heads, divides {@code dim}
 * @param kvHeads number of key and value heads, divides {@code heads}
 * @param vocabSize number of tokens
 * @param contextLength longest sequence
 * @param tied whether the output layer shares the embedding's weights
 */
public record Llama2cConfig(
    int dim,
    int hiddenDim,
    int layers,
    int heads,
    int kvHeads,
    int vocabSize,
    int contextLength,
    boolean tied) {
  private static final int MAX_LAYERS = 4096;

  /** What the program that reads checkpoints has in its code, not in their header. */
  private static final float EPSILON = 1e-5f;

  private static final float ROTARY_BASE = 10_000;

  /** Validates the numbers. */
  public Llama2cConfig {
    require("dim", dim, Integer.MAX_VALUE);
    require("hiddenDim", hiddenDim, Integer.MAX_VALUE);
    require("layers", layers, MAX_LAYERS);
    require("heads", heads, Integer.MAX_VALUE);
    require("kvHeads", kvHeads, Integer.MAX_VALUE);
    require("vocabSize", vocabSize, Integer.MAX_VALUE);
    require("contextLength", contextLength, Integer.MAX_VALUE);
    if (dim % heads != 0 || dim / heads % 2 != 0 || heads % kvHeads != 0) {
      throw new IllegalArgumentException(
          "dim "
              + dim
              + " in "
              + heads
              + " heads with "
              + kvHeads
              + " for keys and values: a head must have a whole, even number of channels and be"
              + " shared evenly");
    }
  }

  private static void require(String name, int value, int max) {
    if (value < 1 || value > max) {
      throw new IllegalArgumentException(name + " is " + value + ", must be in 1 to " + max);
    }
  }

  /** Channels of an attention head. */
  public int headDim() {
    return dim / heads;
  }

  /** Channels of all keys, or all values. */
  public int kvDim() {
    return headDim() * kvHeads;
  }

  /** The decoder that a checkpoint of this shape is. */
  public DecoderConfig decoder() {
    return new DecoderConfig(
        "llama2.c",
        dim,
        hiddenDim,
        layers,
        heads,
        kvHeads,
        headDim(),
        vocabSize,
        contextLength,
        EPSILON,
        new DecoderConfig.Rotary(ROTARY_BASE, headDim(), new RotaryScaling.None()),
        Activation.SILU,
        tied,
        DecoderConfig.AttentionLimits.NONE);
  }
}
