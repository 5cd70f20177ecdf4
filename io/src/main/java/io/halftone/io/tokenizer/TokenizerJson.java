package io.halftone.io.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.halftone.io.MalformedFileException;
import io.halftone.io.Vocabulary;
import io.halftone.io.Vocabulary.Kind;
import io.halftone.io.Vocabulary.Merges;
import io.halftone.io.Vocabulary.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads Hugging Face's {@code tokenizer.json} as a vocabulary.
 *
 * <p>Two kinds are read: SentencePiece's byte-pair encoding (tokens with U+2581 for spaces, bytes
 * as {@code <0xB>}), and byte-level byte-pair encoding. The first kind's merges become scores: a
 * token's is minus the rank of the first merge that makes it, so that the highest score merges
 * first as the list has it.
 *
 * <p>Differs: a SentencePiece model's own scores are not in the file; the order they give is.
 *
 * @see <a href="https://huggingface.co/docs/tokenizers/index">Hugging Face, tokenizers</a>
 */
public final class TokenizerJson {
  private static final String LARGEST = "a vocabulary ends at 2^24 tokens";
  private static final int MAX_TOKENS = 1 << 24;

  private final JsonNode root;
  private final JsonNode model;

  private TokenizerJson(JsonNode root) {
    this.root = root;
    this.model = root.path("model");
  }

  /**
   * Reads a vocabulary.
   *
   * @param size number of tokens of the model; ids the file does not name become unused tokens
   * @param bos id of the token that begins a text, as the model's configuration says
   * @param eos id of the token that ends a text
   * @throws IOException if the file is missing or not a tokenizer, of another kind than these, or
   *     names an id outside the model; says what it has
   */
  public static Vocabulary read(Path file, int size, OptionalInt bos, OptionalInt eos)
      throws IOException {
    try {
      JsonNode root = new ObjectMapper().readTree(Files.readAllBytes(file));
      return new TokenizerJson(root).vocabulary(size, bos, eos);
    } catch (JsonProcessingException e) {
      throw new MalformedFileException(
          file.toString(), "not readable JSON: " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(file.toString(), e.getMessage(), e);
    }
  }

  private Vocabulary vocabulary(int size, OptionalInt bos, OptionalInt eos) {
    String type = model.path("type").asText("BPE");
    if (!type.equals("BPE") || !model.path("vocab").isObject()) {
      throw new IllegalArgumentException(
          "a tokenizer of kind " + type + "; those that GGUF files take are of kind BPE");
    }
    boolean byteLevel = isByteLevel();
    if (!byteLevel && !model.path("byte_fallback").asBoolean()) {
      throw new IllegalArgumentException(
          "its byte-pair encoding is neither byte-level nor SentencePiece's with bytes");
    }
    List<String> pairs = pairs();
    Token[] tokens = new Token[requireSize(size)];
    Map<String, Integer> ranks = byteLevel ? Map.of() : ranks(pairs);
    model
        .path("vocab")
        .properties()
        .forEach(e -> place(tokens, e.getValue(), token(e.getKey(), byteLevel, ranks, pairs)));
    root.path("added_tokens").forEach(added -> place(tokens, added.path("id"), added(added)));
    String unknown = model.path("unk_token").asText("");
    OptionalInt unknownId = OptionalInt.empty();
    for (int id = 0; id < tokens.length; id++) {
      if (tokens[id] == null) {
        tokens[id] = new Token("[PAD" + id + "]", 0, Kind.UNUSED);
      } else if (tokens[id].text().equals(unknown)) {
        unknownId = OptionalInt.of(id);
        tokens[id] = new Token(unknown, 0, Kind.UNKNOWN);
      }
    }
    return new Vocabulary(
        byteLevel ? "gpt2" : "llama",
        List.of(tokens),
        bos,
        eos,
        unknownId,
        byteLevel ? Optional.of(new Merges(splitting(), pairs)) : Optional.empty());
  }

  private String splitting() {
    return WordSplitting.of(
        root.path("pre_tokenizer"), model.path("ignore_merges").asBoolean(false));
  }

  private static int requireSize(int size) {
    if (size < 1 || size > MAX_TOKENS) {
      throw new IllegalArgumentException("the model has " + size + " tokens, " + LARGEST);
    }
    return size;
  }

  private boolean isByteLevel() {
    return root.path("pre_tokenizer").findValuesAsText("type").contains("ByteLevel");
  }

  /** Older files have {@code "a b"}, newer ones {@code ["a", "b"]}. */
  private List<String> pairs() {
    List<String> pairs = new ArrayList<>();
    for (JsonNode merge : model.path("merges")) {
      String pair =
          merge.isArray() ? merge.path(0).asText() + " " + merge.path(1).asText() : merge.asText();
      if (pair.indexOf(' ') < 1 || pair.indexOf(' ') != pair.lastIndexOf(' ')) {
        throw new IllegalArgumentException(
            "merge " + pairs.size() + " is " + merge + ", not two pieces without spaces");
      }
      pairs.add(pair);
    }
    return pairs;
  }

  private static Map<String, Integer> ranks(List<String> pairs) {
    Map<String, Integer> ranks = new HashMap<>();
    for (int rank = 0; rank < pairs.size(); rank++) {
      ranks.putIfAbsent(pairs.get(rank).replace(" ", ""), rank);
    }
    return ranks;
  }

  private static Token token(
      String text, boolean byteLevel, Map<String, Integer> ranks, List<String> pairs) {
    if (byteLevel) {
      return new Token(text, 0, Kind.NORMAL);
    }
    if (text.matches("<0x[0-9A-Fa-f]{2}>")) {
      return new Token(text, 0, Kind.BYTE);
    }
    return new Token(text, -ranks.getOrDefault(text, pairs.size()), Kind.NORMAL);
  }

  private static Token added(JsonNode added) {
    return new Token(
        added.path("content").asText(),
        0,
        added.path("special").asBoolean() ? Kind.CONTROL : Kind.USER_DEFINED);
  }

  private static void place(Token[] tokens, JsonNode id, Token token) {
    if (!id.isIntegralNumber() || id.asLong() < 0 || id.asLong() >= tokens.length) {
      throw new IllegalArgumentException(
          "token '"
              + token.text()
              + "' has id "
              + id
              + ", must be in 0 to "
              + (tokens.length - 1)
              + " as the model has "
              + tokens.length
              + " tokens");
    }
    tokens[id.asInt()] = token;
  }
}
