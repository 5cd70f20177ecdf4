package io.halftone.cli.language;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.halftone.io.Vocabulary;
import io.halftone.io.gguf.GgufFile;
import io.halftone.io.llama2c.Llama2cTokenizer;
import io.halftone.io.tokenizer.TokenizerJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The tokens of a model in the form a GGUF file takes, from whatever lies beside it. */
public final class ModelVocabulary {
  private ModelVocabulary() {}

  /**
   * Reads the tokens of a model: a GGUF file's own, {@code tokenizer.json}, or llama2.c's {@code
   * tokenizer.bin}.
   *
   * @return empty if there is no tokenizer
   * @throws IOException if there is one that cannot be said in a GGUF file; says why
   */
  public static Optional<Vocabulary> of(LanguageModel model) throws IOException {
    Path weights = model.weights().get(0);
    if (weights.toString().endsWith(".gguf")) {
      try (GgufFile file = GgufFile.open(weights)) {
        return file.vocabulary();
      }
    }
    return of(model.tokenizerFiles(), model.json());
  }

  /**
   * Reads the tokens of a model from files beside it.
   *
   * @param files among which a tokenizer may be
   * @param config the model's {@code config.json}
   */
  public static Optional<Vocabulary> of(List<Path> files, ObjectNode config) throws IOException {
    int size = config.path("vocab_size").asInt();
    Optional<Path> json = named(files, "tokenizer.json");
    if (json.isPresent()) {
      return Optional.of(
          TokenizerJson.read(
              json.get(), size, id(config, "bos_token_id"), id(config, "eos_token_id")));
    }
    Optional<Path> bin = named(files, "tokenizer.bin");
    if (bin.isPresent()) {
      return Optional.of(Llama2cTokenizer.read(bin.get(), size));
    }
    Optional<Path> pieces = named(files, "tokenizer.model");
    if (pieces.isPresent()) {
      throw new IOException(pieces.get() + " is not read; put a tokenizer.json beside it");
    }
    return Optional.empty();
  }

  private static Optional<Path> named(List<Path> files, String name) {
    return files.stream().filter(file -> file.getFileName().toString().equals(name)).findFirst();
  }

  /** The first of several, where a text may end in several tokens. */
  private static OptionalInt id(ObjectNode config, String key) {
    JsonNode value = config.path(key).isArray() ? config.path(key).path(0) : config.path(key);
    return value.isIntegralNumber() ? OptionalInt.of(value.asInt()) : OptionalInt.empty();
  }
}
