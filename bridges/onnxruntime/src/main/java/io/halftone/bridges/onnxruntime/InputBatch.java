package io.halftone.bridges.onnxruntime;

import io.halftone.io.npy.NpyArray;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a model is fed in one run.
 *
 * @param tensors by input name, the first extent of each is the number of rows of the batch
 * @param tokenWeight [rows, length] weight of each token, 0 for padding; empty when the inputs have
 *     no mask, then everything counts
 * @param passages index of the passage or sample each row belongs to; a passage cut into windows
 *     has several rows
 */
public record InputBatch(Map<String, NpyArray> tensors, float[] tokenWeight, int[] passages) {
  /** Takes a copy of the map and validates that the weights fill the rows. */
  public InputBatch {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    if (passages.length == 0 || tokenWeight.length % passages.length != 0) {
      throw new IllegalArgumentException(
          tokenWeight.length + " token weights for " + passages.length + " rows");
    }
  }

  /** Number of rows. */
  public int rows() {
    return passages.length;
  }

  /** Tokens of each row including padding; 0 when the inputs have no mask. */
  public int length() {
    return tokenWeight.length / passages.length;
  }

  /** Tokens with positive weight; rows when the inputs have no mask. */
  public int tokens() {
    int count = 0;
    for (float weight : tokenWeight) {
      count += weight > 0 ? 1 : 0;
    }
    return tokenWeight.length == 0 ? rows() : count;
  }

  /** Whether some token is padding. */
  boolean isPadded() {
    return tokenWeight.length > 0 && tokens() < tokenWeight.length;
  }
}
