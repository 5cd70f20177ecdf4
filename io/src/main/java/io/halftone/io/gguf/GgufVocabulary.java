package io.halftone.io.gguf;

import io.halftone.io.MalformedFileException;
import io.halftone.io.Vocabulary;
import io.halftone.io.Vocabulary.Kind;
import io.halftone.io.Vocabulary.Merges;
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
  static final String SPLITTING = "tokenizer.ggml.pre";
  static final String MERGES = "tokenizer.ggml.merges";

  private GgufVocabulary() {}

  static Optional<Vocabulary> read(GgufFile file) throws MalformedFileException {
    if (!(file.metadata().get(TOKENS) instanceof Texts texts)) {
      return Optional.empty();
    }
    Optional<Numbers> scores = numbers(file, SCORES, texts.values().size());
    Optional<Numbers> kinds = numbers(file, KINDS, texts.values().size());
    List<Token> tokens = new ArrayList<>(texts.values().size());
    for (int id = 0; id < texts.values().size(); id++) {
      float score = scores.isPresent() ? (float) scores.get().real(id) : 0;
      Kind kind = kinds.isPresent() ? kind(file, kinds.get().integer(id)) : Kind.NORMAL;
      Token token = new Token(texts.values().get(id), score, kind);
      if (!token.isWellFormed()) {
        throw malformed(file, TOKENS + ", token " + id + " is a byte, but not written as <0xB>");
      }
      tokens.add(token);
    }
    return Optional.of(
        new Vocabulary(
            file.text(MODEL).orElse(""),
            tokens,
            id(file, BOS),
            id(file, EOS),
            id(file, UNKNOWN),
            merges(file)));
  }

  private static Optional<Merges> merges(GgufFile file) {
    return file.metadata().get(MERGES) instanceof Texts pairs
        ? Optional.of(new Merges(file.text(SPLITTING).orElse("default"), pairs.values()))
        : Optional.empty();
  }

  private static Optional<Numbers> numbers(GgufFile file, String key, int size)
      throws MalformedFileException {
    if (!(file.metadata().get(key) instanceof Numbers numbers)) {
      return Optional.empty();
    }
    if (numbers.size() != size) {
      throw malformed(
          file, key + " has " + numbers.size() + " elements, there are " + size + " tokens");
    }
    return Optional.of(numbers);
  }

  private static Kind kind(GgufFile file, long number) throws MalformedFileException {
    Optional<Kind> kind = Kind.of(number);
    if (kind.isEmpty()) {
      throw malformed(file, KINDS + " holds " + number + ", must be in 1 to 6");
    }
    return kind.get();
  }

  private static MalformedFileException malformed(GgufFile file, String reason) {
    return new MalformedFileException(file.source(), reason, null);
  }

  private static OptionalInt id(GgufFile file, String key) {
    OptionalLong id = file.integer(key);
    return id.isPresent() && id.getAsLong() >= 0 && id.getAsLong() <= Integer.MAX_VALUE
        ? OptionalInt.of((int) id.getAsLong())
        : OptionalInt.empty();
  }
}
