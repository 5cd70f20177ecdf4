package io.halftone.cli.language;

import java.io.IOException;
import java.util.List;

/** Makes tokens of texts. */
@FunctionalInterface
public interface Tokenizer {
  /**
   * Tokenizes texts, each beginning with the model's begin token if it has one; a text that is
   * longer becomes several sequences.
   *
   * @param longest tokens of a sequence, at least 2
   * @throws IOException if the tokenizer's file cannot be read
   */
  List<int[]> sequences(List<String> texts, int longest) throws IOException;
}
