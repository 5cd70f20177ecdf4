package io.halftone.io.convert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.io.TensorEntry;
import io.halftone.io.convert.QuantizationConfig.Group;
import io.halftone.io.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A quantized checkpoint on disk: {@code config.json} with a {@code quantization_config}, and
 * safetensors files. Tensors are read when they are asked for.
 */
public final class Checkpoint implements QuantizedSource {
  static final String CONFIG = "config.json";
  static final String QUANTIZATION = "quantization_config";

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  static final String GPTQ_CONFIG = "quantize_config.json";

  /** The one part of a layer whose name has a dot. */
  private static final String JLAMA_SCALES = "weight.qb";

  private static final List<String> REWRITTEN = List.of(CONFIG, GPTQ_CONFIG, "quant_config.json");
  private static final List<String> MARKS =
      List.of("qweight", "weight_packed", "weight_scale", JLAMA_SCALES);

  private final Path directory;
  private final ObjectNode modelConfig;
  private final QuantizationConfig config;
  private final SafetensorsFile tensors;
  private final Map<String, List<String>> layers;

  private Checkpoint(
      Path directory, ObjectNode modelConfig, QuantizationConfig config, SafetensorsFile tensors) {
    this.directory = directory;
    this.modelConfig = modelConfig;
    this.config = config;
    this.tensors = tensors;
    this.layers = layersOf(tensors.names());
  }

  /**
   * Opens a checkpoint.
   *
   * @param path a directory, or a safetensors file beside its {@code config.json}
   * @throws IOException if a file is missing, malformed or not quantized in a way that is read;
   *     names the file and what is wrong
   */
  public static Checkpoint open(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString(), null, "a checkpoint is a directory");
    }
    Path directory = Files.isDirectory(path) ? path : path.toAbsolutePath().getParent();
    Path file = directory.resolve(CONFIG);
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString(), null, "a checkpoint has a " + CONFIG);
    }
    ObjectNode model = json(file);
    JsonNode quantization = model.path(QUANTIZATION);
    if (!quantization.isObject()) {
      throw new IOException(file + " has no " + QUANTIZATION + ": the model is not quantized");
    }
    QuantizationConfig config;
    try {
      config = QuantizationJson.read(quantization);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
    SafetensorsFile tensors = SafetensorsFile.open(path);
    Checkpoint checkpoint = new Checkpoint(directory, model, config, tensors);
    if (checkpoint.layers.isEmpty()) {
      checkpoint.close();
      throw new IOException(path + " holds no quantized layer");
    }
    return checkpoint;
  }

  private static ObjectNode json(Path file) throws IOException {
    try {
      if (JSON.readTree(Files.readAllBytes(file)) instanceof ObjectNode object) {
        return object;
      }
      throw new IOException(file + " is not a JSON object");
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is not readable JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** Names of the tensors of each layer, both in the file's order. */
  private static Map<String, List<String>> layersOf(Set<String> names) {
    Map<String, List<String>> layers = new LinkedHashMap<>();
    for (String name : names) {
      if (MARKS.contains(part(name))) {
        layers.put(owner(name), new ArrayList<>());
      }
    }
    for (String name : names) {
      Optional.ofNullable(layers.get(owner(name))).ifPresent(parts -> parts.add(name));
    }
    return layers;
  }

  private static String owner(String tensor) {
    int end =
        tensor.endsWith("." + JLAMA_SCALES)
            ? tensor.length() - JLAMA_SCALES.length() - 1
            : tensor.lastIndexOf('.');
    return tensor.substring(0, Math.max(0, end));
  }

  private static String part(String tensor) {
    return owner(tensor).isEmpty() ? tensor : tensor.substring(owner(tensor).length() + 1);
  }

  /** Where it lies. */
  public Path directory() {
    return directory;
  }

  @Override
  public Path path() {
    return directory;
  }

  /** What it says of its layers. */
  public QuantizationConfig config() {
    return config;
  }

  @Override
  public List<String> layers() {
    return List.copyOf(layers.keySet());
  }

  @Override
  public List<String> ignored() {
    return config.ignored();
  }

  /** Whether a path holds a model whose {@code config.json} says that it is quantized. */
  public static boolean isQuantized(Path path) throws IOException {
    Path beside = Files.isDirectory(path) ? path : path.toAbsolutePath().getParent();
    Path file = beside.resolve(CONFIG);
    return Files.exists(file) && json(file).path(QUANTIZATION).isObject();
  }

  /** Every file beside the tensors and what is said of their quantization. */
  @Override
  public List<Path> companions() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(Files::isRegularFile).filter(Checkpoint::isCompanion).sorted().toList();
    }
  }

  private static boolean isCompanion(Path file) {
    String name = file.getFileName().toString();
    return !name.endsWith(".safetensors")
        && !name.endsWith(".safetensors.index.json")
        && !REWRITTEN.contains(name);
  }

  @Override
  public ObjectNode modelConfig() {
    return modelConfig.deepCopy();
  }

  @Override
  public Set<String> tensors() {
    return tensors.names();
  }

  @Override
  public Map<String, String> metadata() {
    return tensors.metadata();
  }

  @Override
  public Optional<String> layerOf(String tensor) {
    return Optional.of(owner(tensor)).filter(layers::containsKey);
  }

  @Override
  public TensorEntry info(String tensor) {
    return tensors.info(tensor);
  }

  @Override
  public StoredTensor read(String tensor) throws IOException {
    return tensors.read(tensor);
  }

  @Override
  public QuantizedLinear layer(String name) throws IOException {
    Group group =
        config
            .of(name)
            .orElseThrow(
                () ->
                    new IOException(
                        directory.resolve(CONFIG) + " says nothing of quantized layer " + name));
    List<StoredTensor> stored = new ArrayList<>();
    for (String tensor : layers.get(name)) {
      stored.add(tensors.read(tensor));
    }
    try {
      return group.codec().decode(name, group.scheme(), stored);
    } catch (IllegalArgumentException e) {
      throw new IOException(directory + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    tensors.close();
  }
}
