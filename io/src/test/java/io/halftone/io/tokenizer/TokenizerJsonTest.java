package io.halftone.io.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.halftone.io.Vocabulary;
import io.halftone.io.Vocabulary.Kind;
import io.halftone.io.Vocabulary.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerJsonTest {
  private static final String PIECES =
      """
      {"added_tokens":[{"id":0,"content":"<unk>","special":true},
                       {"id":1,"content":"<s>","special":true},
                       {"id":7,"content":"<tool>","special":false}],
       "pre_tokenizer":null,
       "model":{"type":"BPE","unk_token":"<unk>","byte_fallback":true,
         "vocab":{"<unk>":0,"<s>":1,"<0x0A>":2,"a":3,"b":4,"ab":5,"aba":6},
         "merges":["a b","ab a"]}}
      """;

  private static final String IGNORING = "\"type\":\"BPE\",\"ignore_merges\":true";

  @TempDir private Path directory;

  private Vocabulary read(String json, int size) throws IOException {
    Path file = Files.writeString(directory.resolve("tokenizer.json"), json);
    return TokenizerJson.read(file, size, OptionalInt.of(1), OptionalInt.empty());
  }

  private String refusal(String json, int size) {
    return assertThrows(IOException.class, () -> read(json, size)).getMessage();
  }

  @Test
  void scoresFollowTheMerges() throws IOException {
    Vocabulary words = read(PIECES, 9);
    assertEquals("llama", words.model());
    assertEquals(OptionalInt.of(0), words.unknown());
    assertEquals(
        List.of(
            new Token("<unk>", 0, Kind.UNKNOWN),
            new Token("<s>", 0, Kind.CONTROL),
            new Token("<0x0A>", 0, Kind.BYTE),
            new Token("a", -2, Kind.NORMAL),
            new Token("b", -2, Kind.NORMAL),
            new Token("ab", 0, Kind.NORMAL),
            new Token("aba", -1, Kind.NORMAL),
            new Token("<tool>", 0, Kind.USER_DEFINED),
            new Token("[PAD8]", 0, Kind.UNUSED)),
        words.tokens());
    assertTrue(words.merges().isEmpty());
  }

  private static String byteLevel(String splitter) {
    return "{\"pre_tokenizer\":"
        + splitter
        + ",\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"b\":1,\"ab\":2},"
        + "\"merges\":[[\"a\",\"b\"]]}}";
  }

  private static String after(String pattern) {
    return "{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"Split\",\"pattern\":{\"Regex\":\""
        + pattern.replace("\\", "\\\\")
        + "\"}},{\"type\":\"ByteLevel\",\"use_regex\":false}]}";
  }

  @Test
  void mergesKeepTheirOrderAndTheSplittingItsName() throws IOException {
    Vocabulary words = read(byteLevel("{\"type\":\"ByteLevel\"}"), 3);
    assertEquals("gpt2", words.model());
    assertEquals(List.of("a b"), words.merges().orElseThrow().pairs());
    assertEquals("gpt-2", words.merges().orElseThrow().splitting());
    String start = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}";
    String end = "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    assertEquals("dbrx", splitting(after(start + "{1,3}" + end)));
    assertEquals("qwen2", splitting(after(start + end)));
    String ignoring = byteLevel(after(start + "{1,3}" + end)).replace("\"type\":\"BPE\"", IGNORING);
    assertEquals("llama-bpe", read(ignoring, 3).merges().orElseThrow().splitting());
    assertEquals(
        "smollm",
        splitting(
            "{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"Digits\",\"individual_digits\":true},"
                + "{\"type\":\"ByteLevel\"}]}"));
  }

  /** Patterns as the tokenizers of Mistral Nemo and GPT-4o have them. */
  @Test
  void wordsEndWhereACapitalFollows() throws IOException {
    String tekken =
        "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
            + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
            + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    String ignoring = byteLevel(after(tekken)).replace("\"type\":\"BPE\"", IGNORING);
    assertEquals("tekken", read(ignoring, 3).merges().orElseThrow().splitting());
    String contraction = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?|";
    String gpt =
        tekken
            .replace("\\p{M}]+|[^", "\\p{M}]+" + contraction + "[^")
            .replace("\\p{M}]*|\\p{N}|", "\\p{M}]*" + contraction + "\\p{N}{1,3}|");
    assertEquals("gpt-4o", splitting(after(gpt)));
    assertTrue(refusal(byteLevel(after(tekken)), 3).contains("no known name in llama.cpp"));
  }

  @Test
  void otherWaysToSplitByAKnownPatternAreRefused() {
    String spaced = byteLevel("{\"type\":\"ByteLevel\",\"add_prefix_space\":true}");
    assertTrue(refusal(spaced, 3).contains("add_prefix_space"));
    String qwen =
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
            + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    for (String way : List.of("\"behavior\":\"Removed\"", "\"invert\":true")) {
      String split = after(qwen).replace("\"type\":\"Split\"", "\"type\":\"Split\"," + way);
      assertTrue(refusal(byteLevel(split), 3).contains("no known name"), way);
    }
  }

  private String splitting(String splitter) throws IOException {
    return read(byteLevel(splitter), 3).merges().orElseThrow().splitting();
  }

  @Test
  void whatGgufHasNoWordForIsRefused() {
    assertTrue(refusal(byteLevel(after("\\w+")), 3).contains("no known name in llama.cpp"));
    assertTrue(refusal(PIECES.replace("BPE", "Unigram"), 9).contains("kind Unigram"));
    assertTrue(refusal(PIECES.replace("true,\n", "false,\n"), 9).contains("neither byte-level"));
    assertTrue(refusal(PIECES.replace("a b", "a  b"), 9).contains("merge 0"));
    assertTrue(refusal(PIECES, 5).contains("must be in 0 to 4"));
    assertTrue(refusal("{", 5).contains("tokenizer.json"));
    assertTrue(refusal("[]", 5).contains("tokenizer.json"));
  }
}
