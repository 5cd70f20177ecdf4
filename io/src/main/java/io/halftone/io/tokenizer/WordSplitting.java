package io.halftone.io.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rules by which byte-level tokenizers split a text into words, as llama.cpp names them. A name
 * also says whether words that are tokens skip the merges.
 *
 * @see <a href="https://github.com/ggml-org/llama.cpp/blob/master/src/llama-vocab.cpp">llama.cpp,
 *     llama-vocab.cpp, pre-tokenizers</a>
 */
enum WordSplitting {
  /** The pattern of GPT-2. */
  GPT_2("gpt-2", "", false),
  /** Digits apart, then the pattern of GPT-2. */
  SMOLLM("smollm", "", false),
  /** Numbers of up to three digits, tokens before merges. */
  LLAMA_3("llama-bpe", afterContractions("\\p{N}{1,3}"), true),
  /** Numbers of up to three digits. */
  DBRX("dbrx", afterContractions("\\p{N}{1,3}"), false),
  /** Digits apart. */
  QWEN_2("qwen2", afterContractions("\\p{N}"), false),
  /** Words end where a capital follows, tokens before merges. */
  TEKKEN("tekken", byCapitals("", "\\p{N}"), true),
  /** Words end where a capital follows, contractions belong to them. */
  GPT_4O("gpt-4o", byCapitals("(?i:'s|'t|'re|'ve|'m|'ll|'d)?", "\\p{N}{1,3}"), false);

  private final String id;
  private final String pattern;
  private final boolean ignoresMerges;

  WordSplitting(String id, String pattern, boolean ignoresMerges) {
    this.id = id;
    this.pattern = pattern;
    this.ignoresMerges = ignoresMerges;
  }

  private static String afterContractions(String number) {
    return "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|"
        + number
        + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  }

  private static String byCapitals(String ending, String number) {
    String before = "[^\\r\\n\\p{L}\\p{N}]?";
    String upper = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
    String lower = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
    return before
        + (upper + "*" + lower + "+" + ending + "|")
        + before
        + (upper + "+" + lower + "*" + ending + "|")
        + number
        + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  }

  /**
   * The rule's name.
   *
   * @param splitter a byte-level pre-tokenizer, or a sequence that ends in one
   * @param ignoresMerges whether words that are tokens skip the merges
   * @throws IllegalArgumentException if llama.cpp has none such; says what the tokenizer has
   */
  static String of(JsonNode splitter, boolean ignoresMerges) {
    List<JsonNode> steps = steps(splitter);
    JsonNode last = steps.get(steps.size() - 1);
    Optional<WordSplitting> found =
        last.path("add_prefix_space").asBoolean() ? Optional.empty() : of(steps, ignoresMerges);
    return found.orElseThrow(
            () ->
                new IllegalArgumentException(
                    "texts are split by a rule that has no known name in llama.cpp: "
                        + splitter
                        + (ignoresMerges ? ", ignoring merges" : "")))
        .id;
  }

  private static Optional<WordSplitting> of(List<JsonNode> steps, boolean ignoresMerges) {
    JsonNode first = steps.get(0);
    boolean ownPattern = steps.get(steps.size() - 1).path("use_regex").asBoolean(true);
    if (steps.size() == 1 && ownPattern) {
      return Optional.of(GPT_2).filter(rule -> rule.ignoresMerges == ignoresMerges);
    }
    if (steps.size() == 2 && ownPattern && first.path("individual_digits").asBoolean()) {
      return Optional.of(SMOLLM).filter(rule -> rule.ignoresMerges == ignoresMerges);
    }
    if (steps.size() != 2 || ownPattern || !isolates(first)) {
      return Optional.empty();
    }
    String pattern = first.path("pattern").path("Regex").asText();
    for (WordSplitting rule : values()) {
      if (!pattern.isEmpty()
          && rule.pattern.equals(pattern)
          && rule.ignoresMerges == ignoresMerges) {
        return Optional.of(rule);
      }
    }
    return Optional.empty();
  }

  /** Whether matches and what lies between them become words. */
  private static boolean isolates(JsonNode split) {
    return split.path("behavior").asText("Isolated").equals("Isolated")
        && !split.path("invert").asBoolean();
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
