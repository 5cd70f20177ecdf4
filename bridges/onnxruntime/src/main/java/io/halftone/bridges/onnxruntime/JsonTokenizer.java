package io.halftone.bridges.onnxruntime;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Texts as tokens by a {@code tokenizer.json}. */
public final class JsonTokenizer {
  private JsonTokenizer() {}

  /**
   * Tokenizes texts, each with the special tokens the file asks for; one that is longer becomes
   * several sequences with special tokens of their own.
   *
   * @param tokenizer a {@code tokenizer.json}
   * @param longest tokens of a sequence, at least 1
   * @throws IOException if the file is missing or malformed
   */
  public static List<int[]> sequences(Path tokenizer, List<String> texts, int longest)
      throws IOException {
    List<int[]> sequences = new ArrayList<>();
    try (TextTokenizer opened = TextTokenizer.open(tokenizer, longest)) {
      for (String text : texts) {
        for (TextTokenizer.Window window : opened.windows(text)) {
          sequences.add(Arrays.stream(window.ids()).mapToInt(Math::toIntExact).toArray());
        }
      }
    }
    return sequences;
  }
}
