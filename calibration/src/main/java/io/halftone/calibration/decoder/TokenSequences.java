package io.halftone.calibration.decoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Texts as tokens; each sequence is seen by the model on its own, from position 0.
 *
 * @param sequences at least one token each, taken over without a copy
 * @param weights of the same lengths, finite and not negative: how much each token counts in what
 *     layers are calibrated on. Tokens of weight 0 are run like others, for those behind them
 */
public record TokenSequences(List<int[]> sequences, List<float[]> weights) {
  /**
   * Validates the lengths and weights.
   *
   * @throws IllegalArgumentException if a sequence is empty, or a weight is missing or not allowed;
   *     names sequence, token and value
   */
  public TokenSequences {
    sequences = List.copyOf(sequences);
    weights = List.copyOf(weights);
    if (weights.size() != sequences.size()) {
      throw new IllegalArgumentException(
          "weights of " + weights.size() + " sequences, there are " + sequences.size());
    }
    for (int i = 0; i < sequences.size(); i++) {
      if (sequences.get(i).length == 0) {
        throw new IllegalArgumentException("sequence " + i + " has no token");
      }
      requireWeights(i, weights.get(i), sequences.get(i).length);
    }
  }

  /** Tokens that count alike, with weight 1. */
  public TokenSequences(List<int[]> sequences) {
    this(sequences, sequences.stream().map(sequence -> ones(sequence.length)).toList());
  }

  private static float[] ones(int length) {
    float[] ones = new float[length];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static void requireWeights(int sequence, float[] weights, int length) {
    if (weights.length != length) {
      throw new IllegalArgumentException(
          "sequence " + sequence + " has " + length + " tokens and " + weights.length + " weights");
    }
    for (int t = 0; t < length; t++) {
      if (!(weights[t] >= 0) || Float.isInfinite(weights[t])) {
        throw new IllegalArgumentException(
            "weight of token "
                + t
                + " of sequence "
                + sequence
                + " is "
                + weights[t]
                + ", must be finite and not negative");
      }
    }
  }

  /** The same tokens with other weights. */
  public TokenSequences weighted(List<float[]> other) {
    return new TokenSequences(sequences, other);
  }

  /** Whether no token has another weight than 1. */
  public boolean countAlike() {
    return weights.stream().allMatch(sequence -> Arrays.equals(sequence, ones(sequence.length)));
  }

  /** The weights of all tokens, one sequence behind the other. */
  float[] allWeights() {
    float[] all = new float[Math.toIntExact(tokens())];
    int done = 0;
    for (float[] sequence : weights) {
      System.arraycopy(sequence, 0, all, done, sequence.length);
      done += sequence.length;
    }
    return all;
  }

  /** Number of tokens. */
  public long tokens() {
    return sequences.stream().mapToLong(sequence -> sequence.length).sum();
  }

  /**
   * Groups neighbouring sequences so that a group has at most so many tokens, or one sequence.
   *
   * @param tokens at least 1
   */
  public List<TokenSequences> batches(int tokens) {
    List<TokenSequences> batches = new ArrayList<>();
    int from = 0;
    while (from < sequences.size()) {
      int to = from;
      long count = 0;
      while (to < sequences.size() && (to == from || count + sequences.get(to).length <= tokens)) {
        count += sequences.get(to).length;
        to++;
      }
      batches.add(new TokenSequences(sequences.subList(from, to), weights.subList(from, to)));
      from = to;
    }
    return batches;
  }

  /** Lengths of the sequences. */
  int[] lengths() {
    return sequences.stream().mapToInt(sequence -> sequence.length).toArray();
  }
}
