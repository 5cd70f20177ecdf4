package io.halftone.io.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The rule by which a byte-level tokenizer splits a text into words, as llama.cpp names it.
 *
 * @see <a href="https://github.com/ggml-org/llama.cpp/blob/master/src/llama-vocab.cpp">llama.cpp,
 *     llama-vocab.cpp, pre-tokenizers</a>
 */
final class WordSplitting {
  private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|";
  private static final String BEHIND_NUMBERS =
      "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String LETTERS = "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|";
  private static final Map<String, String> BY_PATTERN =
      Map.of(
          CONTRACTIONS + LETTERS + "\\p{N}{1,3}" + BEHIND_NUMBERS, "llama-bpe",
          CONTRACTIONS + LETTERS + "\\p{N}" + BEHIND_NUMBERS, "qwen2");

  private WordSplitting() {}

  /**
   * The rule's name.
   *
   * @param splitter a byte-level pre-tokenizer, or a sequence that ends in one
   * @throws IllegalArgumentException if llama.cpp has none such; says what the tokenizer has
   */
  static String of(JsonNode splitter) {
    List<JsonNode> steps = steps(splitter);
    JsonNode last = steps.get(steps.size() - 1);
    boolean ownPattern = last.path("use_regex").asBoolean(true);
    if (steps.size() == 1 && ownPattern) {
      return "gpt-2";
    }
    JsonNode first = steps.get(0);
    if (steps.size() == 2 && ownPattern && first.path("individual_digits").asBoolean()) {
      return "smollm";
    }
    String name = BY_PATTERN.get(first.path("pattern").path("Regex").asText());
    if (steps.size() != 2 || ownPattern || name == null) {
      throw new IllegalArgumentException(
          "texts are split by a rule that has no known name in llama.cpp: " + splitter);
    }
    return name;
  }

  private static List<JsonNode> steps(JsonNode splitter) {
    if (!splitter.path("type").asText().equals("Sequence")) {
      return List.of(splitter);
    }
    List<JsonNode> steps = new ArrayList<>();
    splitter.path("pretokenizers").forEach(steps::add);
    return steps;
  }
}
