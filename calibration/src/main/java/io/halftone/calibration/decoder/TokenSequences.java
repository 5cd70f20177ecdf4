package io.halftone.calibration.decoder;

import java.util.List;

/**
 * Texts as tokens; each sequence is seen by the model on its own, from position 0.
 *
 * @param sequences at least one token each, taken over without a copy
 */
public record TokenSequences(List<int[]> sequences) {
  /** Validates that no sequence is empty. */
  public TokenSequences {
    sequences = List.copyOf(sequences);
    for (int i = 0; i < sequences.size(); i++) {
      if (sequences.get(i).length == 0) {
        throw new IllegalArgumentException("sequence " + i + " has no token");
      }
    }
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
    List<TokenSequences> batches = new java.util.ArrayList<>();
    int from = 0;
    while (from < sequences.size()) {
      int to = from;
      long count = 0;
      while (to < sequences.size() && (to == from || count + sequences.get(to).length <= tokens)) {
        count += sequences.get(to).length;
        to++;
      }
      batches.add(new TokenSequences(sequences.subList(from, to)));
      from = to;
    }
    return batches;
  }

  /** Lengths of the sequences. */
  int[] lengths() {
    return sequences.stream().mapToInt(sequence -> sequence.length).toArray();
  }
}
