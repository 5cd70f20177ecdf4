package io.halftone.cli.language;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.halftone.bridges.onnxruntime.JsonTokenizer;
import io.halftone.calibration.decoder.Architecture;
import io.halftone.calibration.decoder.Architectures;
import io.halftone.calibration.decoder.ConfigJson;
import io.halftone.calibration.decoder.Renaming;
import io.halftone.cli.language.LanguageModel.TokenizerFiles;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.model.RopePairing;
import io.halftone.io.gguf.GgufFile;
import io.halftone.io.llama2c.Llama2cConfig;
import io.halftone.io.llama2c.Llama2cFile;
import io.halftone.io.llama2c.Llama2cTokenizer;
import io.halftone.io.safetensors.SafetensorsFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tells the layouts of language models apart and opens each. */
final class ModelLayouts {
  static final String CONFIG = "config.json";
  private static final String TOKENIZER_JSON = "tokenizer.json";
  private static final String TOKENIZER_BIN = "tokenizer.bin";
  private static final Set<String> TOKENIZER_FILES =
      Set.of(
          TOKENIZER_JSON,
          "tokenizer_config.json",
          "tokenizer.model",
          "special_tokens_map.json",
          "vocab.json",
          "merges.txt",
          "generation_config.json");

  private ModelLayouts() {}

  static LanguageModel open(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString(), null, "there is no such model");
    }
    Path directory = Files.isDirectory(path) ? path : path.toAbsolutePath().getParent();
    if (Files.isDirectory(path) && Files.exists(path.resolve(CONFIG))
        || name(path).endsWith(".safetensors")) {
      return safetensors(path, directory);
    }
    Path file = Files.isDirectory(path) ? only(path, ".gguf", ".bin") : path;
    return name(file).endsWith(".gguf") ? gguf(file, directory) : llama2c(file, directory);
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }

  private static Path only(Path directory, String... endings) throws IOException {
    List<Path> found =
        files(
            directory,
            name -> Stream.of(endings).anyMatch(name::endsWith) && !name.equals(TOKENIZER_BIN));
    if (found.size() != 1) {
      throw new IOException(
          directory
              + " holds neither a "
              + CONFIG
              + " with safetensors nor one GGUF file or llama2.c checkpoint, but "
              + (found.isEmpty() ? "none" : found.toString()));
    }
    return found.get(0);
  }

  private static List<Path> files(Path directory, Predicate<String> named) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(Files::isRegularFile).filter(f -> named.test(name(f))).sorted().toList();
    }
  }

  private static LanguageModel safetensors(Path path, Path directory) throws IOException {
    Path configFile = directory.resolve(CONFIG);
    if (!Files.exists(configFile)) {
      throw new NoSuchFileException(
          configFile.toString(), null, "a model of safetensors needs it beside them");
    }
    ObjectNode json = read(configFile);
    if (json.path("quantization_config").isObject()) {
      throw new IOException(path + " is quantized already; a float model is needed");
    }
    DecoderConfig config = ConfigJson.parse(json.toString());
    SafetensorsFile file = SafetensorsFile.open(path);
    return closing(
        file,
        () -> {
          Architecture table = Architectures.matching(config, file.names());
          List<Path> weights =
              Files.isDirectory(path)
                  ? files(directory, n -> n.endsWith(".safetensors") || n.endsWith(".index.json"))
                  : List.of(path);
          Map<String, String> names = identity(file.names());
          names.keySet().removeIf(name -> ignored(table, name));
          return new LanguageModel(
              path,
              file.format(),
              json,
              new ModelTensors(file, names, Set.of(), config.headSize()),
              tokenizer(
                  directory,
                  () -> {
                    throw noTokenizer(directory);
                  }),
              weights);
        });
  }

  private static LanguageModel gguf(Path path, Path directory) throws IOException {
    GgufFile file = GgufFile.open(path);
    return closing(
        file,
        () -> {
          ObjectNode json = GgufConfig.of(file, path);
          String type = json.get("model_type").asText();
          DecoderConfig config = ConfigJson.parse(json.toString());
          Architecture table = Architectures.matching(config, file.names());
          JsonNode known = resource("model-classes.json").path(type);
          json.putArray("architectures").add(known.asText(type));
          Architecture target = Architectures.of(type).get(0);
          Map<String, String> names = Renaming.of(table, target, config);
          names.values().retainAll(file.names());
          requireNothingLeft(path, file.names(), names);
          return new LanguageModel(
              path,
              file.format(),
              json,
              new ModelTensors(file, names, rotated(table, target, config), config.headSize()),
              tokenizer(
                  directory,
                  () ->
                      new VocabularyTokenizer(
                          file.vocabulary()
                              .orElseThrow(() -> new IOException(path + " has no vocabulary")))),
              List.of(path));
        });
  }

  private static void requireNothingLeft(Path path, Set<String> names, Map<String, String> used) {
    for (String name : names) {
      if (!used.containsValue(name)) {
        throw new IllegalArgumentException(
            path + ": tensor " + name + " has no place in a checkpoint of safetensors");
      }
    }
  }

  private static LanguageModel llama2c(Path path, Path directory) throws IOException {
    Llama2cFile file = Llama2cFile.open(path);
    return closing(
        file,
        () -> {
          ObjectNode json = json(file.config());
          DecoderConfig config = ConfigJson.parse(json.toString());
          Architecture target = Architectures.of(config.modelType()).get(0);
          Map<String, String> names = identity(file.names());
          names.keySet().retainAll(Renaming.of(target, target, config).keySet());
          return new LanguageModel(
              path,
              file.format(),
              json,
              new ModelTensors(file, names, Renaming.rotated(target, config), config.headSize()),
              tokenizer(
                  directory,
                  () -> {
                    Path tokens = directory.resolve(TOKENIZER_BIN);
                    if (!Files.exists(tokens)) {
                      throw noTokenizer(directory);
                    }
                    return new VocabularyTokenizer(
                        Llama2cTokenizer.read(tokens, config.vocabulary()));
                  }),
              List.of(path));
        });
  }

  private static ObjectNode json(Llama2cConfig header) throws IOException {
    return ((ObjectNode) resource("llama2c-config.json"))
        .put("hidden_size", header.dim())
        .put("intermediate_size", header.hiddenDim())
        .put("num_hidden_layers", header.layers())
        .put("num_attention_heads", header.heads())
        .put("num_key_value_heads", header.kvHeads())
        .put("vocab_size", header.vocabSize())
        .put("max_position_embeddings", header.contextLength())
        .put("tie_word_embeddings", header.tied());
  }

  private static boolean ignored(Architecture table, String name) {
    return !table.ignored().include().isEmpty() && table.ignored().accepts(name);
  }

  private static Set<String> rotated(Architecture from, Architecture to, DecoderConfig config) {
    boolean apart =
        from.pairing() == RopePairing.INTERLEAVED && to.pairing() == RopePairing.HALF_SPLIT;
    return apart ? Renaming.rotated(to, config) : Set.of();
  }

  private static Map<String, String> identity(Set<String> names) {
    return names.stream()
        .collect(
            Collectors.toMap(
                Function.identity(), Function.identity(), (a, b) -> a, LinkedHashMap::new));
  }

  /** A {@code tokenizer.json} beside the model comes before what the model's own file says. */
  private static TokenizerFiles tokenizer(Path directory, TokenizerFiles.Opening own)
      throws IOException {
    Path json = directory.resolve(TOKENIZER_JSON);
    List<Path> files =
        files(directory, name -> TOKENIZER_FILES.contains(name) || name.equals(TOKENIZER_BIN));
    return new TokenizerFiles(
        files,
        Files.exists(json)
            ? () -> (texts, longest) -> JsonTokenizer.sequences(json, texts, longest)
            : own);
  }

  private static IOException noTokenizer(Path directory) {
    return new NoSuchFileException(
        directory.toString(),
        null,
        "there is no tokenizer beside the model ("
            + TOKENIZER_JSON
            + ", or "
            + TOKENIZER_BIN
            + " beside a llama2.c checkpoint); give tokens as .npy instead of text");
  }

  private static ObjectNode read(Path file) throws IOException {
    try {
      if (new ObjectMapper().readTree(Files.readAllBytes(file)) instanceof ObjectNode object) {
        return object;
      }
      throw new IOException(file + " is not a JSON object");
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is not readable JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static JsonNode resource(String name) throws IOException {
    try (InputStream in = ModelLayouts.class.getResourceAsStream(name)) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in, name));
    }
  }

  /** Makes a model of a file. */
  @FunctionalInterface
  private interface Making {
    LanguageModel make() throws IOException;
  }

  private static LanguageModel closing(java.io.Closeable file, Making making) throws IOException {
    try {
      return making.make();
    } catch (IOException | RuntimeException failure) {
      file.close();
      throw failure;
    }
  }
}
