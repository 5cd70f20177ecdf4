package io.halftone.io.gguf;

import io.halftone.io.Vocabulary;
import io.halftone.io.Vocabulary.Kind;
import io.halftone.io.Vocabulary.Token;
import io.halftone.io.gguf.GgufValue.Numbers;
import io.halftone.io.gguf.GgufValue.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** The tokens in a GGUF file's metadata. */
final class GgufVocabulary {
  static final String MODEL = "tokenizer.ggml.model";
  static final String TOKENS = "tokenizer.ggml.tokens";
  static final String SCORES = "tokenizer.ggml.scores";
  static final String KINDS = "tokenizer.ggml.token_type";
  static final String BOS = "tokenizer.ggml.bos_token_id";
  static final String EOS = "tokenizer.ggml.eos_token_id";
  static final String UNKNOWN = "tokenizer.ggml.unknown_token_id";

  private GgufVocabulary() {}

  static Optional<Vocabulary> read(GgufFile file) {
    if (!(file.metadata().get(TOKENS) instanceof Texts texts)) {
      return Optional.empty();
    }
    Optional<Numbers> scores = numbers(file, SCORES, texts.values().size());
    Optional<Numbers> kinds = numbers(file, KINDS, texts.values().size());
    List<Token> tokens = new ArrayList<>(texts.values().size());
    for (int id = 0; id < texts.values().size(); id++) {
      int index = id;
      tokens.add(
          new Token(
              texts.values().get(id),
              scores.map(s -> (float) s.real(index)).orElse(0f),
              kinds.map(k -> kind(k.integer(index))).orElse(Kind.NORMAL)));
    }
    return Optional.of(
        new Vocabulary(
            file.text(MODEL).orElse(""), tokens, id(file, BOS), id(file, EOS), id(file, UNKNOWN)));
  }

  private static Optional<Numbers> numbers(GgufFile file, String key, int size) {
    if (!(file.metadata().get(key) instanceof Numbers numbers)) {
      return Optional.empty();
    }
    if (numbers.size() != size) {
      throw new IllegalStateException(
          key + " has " + numbers.size() + " elements, there are " + size + " tokens");
    }
    return Optional.of(numbers);
  }

  private static Kind kind(long number) {
    return Kind.of(number)
        .orElseThrow(
            () -> new IllegalStateException(KINDS + " holds " + number + ", must be in 1 to 6"));
  }

  private static OptionalInt id(GgufFile file, String key) {
    OptionalLong id = file.integer(key);
    return id.isPresent() && id.getAsLong() >= 0 && id.getAsLong() <= Integer.MAX_VALUE
        ? OptionalInt.of((int) id.getAsLong())
        : OptionalInt.empty();
  }
}
