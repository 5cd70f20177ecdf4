package io.halftone.bridges.onnxruntime;

/**
 * How text becomes batches.
 *
 * @param maxTokens longest row in tokens, special tokens included, at least 3; a longer passage is
 *     cut into several rows
 * @param batchSize rows of a batch, at least 1
 */
public record TextOptions(int maxTokens, int batchSize) {
  /** Rows of up to 128 tokens, 16 to a batch. */
  public static final TextOptions DEFAULT = new TextOptions(128, 16);

  /** Validates the ranges. */
  public TextOptions {
    if (maxTokens < 3) {
      throw new IllegalArgumentException("maxTokens is " + maxTokens + ", must be at least 3");
    }
    if (batchSize < 1) {
      throw new IllegalArgumentException("batchSize is " + batchSize + ", must be at least 1");
    }
  }
}
