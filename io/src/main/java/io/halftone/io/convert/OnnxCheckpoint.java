package io.halftone.io.convert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.halftone.core.format.NumberFormat;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.quantized.Branch;
import io.halftone.core.quantized.GridTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.ScaleSpec;
import io.halftone.core.scheme.TensorScheme;
import io.halftone.io.TensorEntry;
import io.halftone.io.onnx.OnnxConstants;
import io.halftone.io.onnx.OnnxModel;
import io.halftone.io.onnx.OnnxQuantized;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An ONNX file as a quantized checkpoint: its {@code MatMulNBits} nodes, and other forms that
 * {@link OnnxQuantized} finds, are layers, named as their nodes; initializers that belong to none
 * are its other tensors.
 *
 * <p>What {@link OnnxConversion} wrote says the layers' schemes in its metadata. They are believed
 * as far as they give the same values to the bit; other files have groups no wider than blocks, and
 * scales of float32.
 */
public final class OnnxCheckpoint implements QuantizedSource {
  static final String CONFIG = "halftone.config";
  static final String REMARK = "safetensors.";

  private final Path file;
  private final OnnxModel model;
  private final OnnxConstants constants;
  private final Map<String, OnnxQuantized.Place> layers = new LinkedHashMap<>();
  private final Map<String, String> owner = new LinkedHashMap<>();
  private final ObjectNode config;
  private final Optional<QuantizationConfig> said;

  private OnnxCheckpoint(Path file, OnnxModel model) throws IOException {
    this.file = file;
    this.model = model;
    this.constants = new OnnxConstants(model);
    for (OnnxQuantized.Place place : OnnxQuantized.places(model)) {
      if (layers.put(place.name(), place) != null) {
        throw new IOException(file + " has two layers named " + place.name());
      }
      place.constants().forEach(constant -> owner.put(constant, place.name()));
    }
    if (layers.isEmpty()) {
      throw new IOException(file + " holds no quantized layer");
    }
    this.config = config(file, model.remarks().get(CONFIG));
    this.said = said(file, config);
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it is missing, malformed or holds no quantized layer
   */
  public static OnnxCheckpoint open(Path file) throws IOException {
    return new OnnxCheckpoint(file, OnnxModel.read(file));
  }

  private static ObjectNode config(Path file, String text) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    if (text == null) {
      return mapper.createObjectNode();
    }
    try {
      if (mapper.readTree(text) instanceof ObjectNode object) {
        return object;
      }
      throw new IOException(file + ": metadata " + CONFIG + " is not a JSON object");
    } catch (JsonProcessingException e) {
      throw new IOException(file + ": metadata " + CONFIG + " is not readable JSON", e);
    }
  }

  private static Optional<QuantizationConfig> said(Path file, ObjectNode config)
      throws IOException {
    JsonNode quantization = config.path(Checkpoint.QUANTIZATION);
    if (!quantization.isObject()) {
      return Optional.empty();
    }
    try {
      return Optional.of(QuantizationJson.read(quantization));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": metadata " + CONFIG + ": " + e.getMessage(), e);
    }
  }

  @Override
  public Path path() {
    return file;
  }

  @Override
  public List<String> layers() {
    return List.copyOf(layers.keySet());
  }

  /**
   * {@inheritDoc}
   *
   * @throws IOException also if the file rounds the layer's inputs, which checkpoints read here
   *     cannot say
   */
  @Override
  public QuantizedLinear layer(String name) throws IOException {
    OnnxQuantized found = OnnxQuantized.read(model, layers.get(name));
    if (found.rounding().isPresent()) {
      throw new IOException(
          file + ": layer " + name + " rounds its inputs to static codes, which is not converted");
    }
    GridTensor weight = (GridTensor) found.layer().branches().get(0).weight();
    Optional<GridTensor> exact =
        said.flatMap(all -> all.of(name))
            .map(group -> stored(group.scheme().weight(), name))
            .flatMap(scheme -> Regrid.exactly(weight, scheme).tensor());
    return exact.isEmpty() ? found.layer() : with(found.layer(), exact.get());
  }

  private TensorScheme stored(TensorScheme scheme, String layer) {
    NumberFormat scales = NumberFormat.named(constants.saidType(layers.get(layer).scales()));
    return new TensorScheme(
        scheme.format(),
        scheme.granularity(),
        new ScaleSpec.Stored(scales),
        scheme.zeroPoint(),
        scheme.timing());
  }

  private static QuantizedLinear with(QuantizedLinear layer, GridTensor weight) {
    return new QuantizedLinear(
        layer.name(),
        layer.online(),
        List.of(new Branch(layer.input(), weight)),
        layer.bias(),
        layer.outcome());
  }

  @Override
  public Set<String> tensors() {
    return new LinkedHashSet<>(constants.names());
  }

  @Override
  public Optional<String> layerOf(String tensor) {
    return Optional.ofNullable(owner.get(tensor));
  }

  @Override
  public TensorEntry info(String tensor) {
    return constants.info(tensor);
  }

  @Override
  public StoredTensor read(String tensor) throws IOException {
    return constants.read(tensor);
  }

  @Override
  public List<String> ignored() {
    return said.map(QuantizationConfig::ignored).orElse(List.of());
  }

  @Override
  public ObjectNode modelConfig() {
    return config.deepCopy();
  }

  @Override
  public Map<String, String> metadata() {
    Map<String, String> remarks = new LinkedHashMap<>();
    model
        .remarks()
        .forEach(
            (key, text) -> {
              if (key.startsWith(REMARK)) {
                remarks.put(key.substring(REMARK.length()), text);
              }
            });
    return remarks;
  }

  @Override
  public List<Path> companions() {
    return List.of();
  }

  @Override
  public void close() {
    // every tensor was read, or is read through a channel of its own
  }
}
