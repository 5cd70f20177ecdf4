package io.halftone.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.io.convert.QuantizationConfig;
import io.halftone.io.convert.TargetFormat;
import io.halftone.io.safetensors.SafetensorsFile;
import io.halftone.io.safetensors.SafetensorsWriter;
import io.halftone.testkit.RandomLayers;
import io.halftone.testkit.TinyLlama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** The first block of the small language model, in float or with random codes for its linears. */
final class TinyCheckpoint {
  private static final ObjectMapper JSON = new ObjectMapper();

  private TinyCheckpoint() {}

  /** Writes the float model into a new directory. */
  static Path floats(Path directory) throws IOException {
    TinyLlama.copyTo(Files.createDirectory(directory));
    Path weights = directory.resolve(TinyLlama.WEIGHTS);
    List<StoredTensor> tensors = new ArrayList<>();
    try (SafetensorsFile all = SafetensorsFile.open(weights)) {
      for (String name : all.names()) {
        if (!name.startsWith("model.layers.") || name.startsWith("model.layers.0.")) {
          tensors.add(all.read(name));
        }
      }
    }
    SafetensorsWriter.write(weights, tensors, new TreeMap<>());
    writeConfig(directory, config(directory).put("num_hidden_layers", 1));
    return directory;
  }

  private static ObjectNode config(Path directory) throws IOException {
    return (ObjectNode) JSON.readTree(Files.readAllBytes(directory.resolve(TinyLlama.CONFIG)));
  }

  private static void writeConfig(Path directory, ObjectNode config) throws IOException {
    Files.writeString(directory.resolve(TinyLlama.CONFIG), config.toPrettyString());
  }

  /** Writes a checkpoint of a float model's shapes into a new directory. */
  static Path write(Path directory, Path model, LayerScheme scheme, TargetFormat format)
      throws IOException {
    Files.createDirectory(directory);
    List<StoredTensor> tensors = new ArrayList<>();
    try (SafetensorsFile floats = SafetensorsFile.open(model.resolve(TinyLlama.WEIGHTS))) {
      for (String name : floats.names()) {
        if (name.endsWith("_proj.weight")) {
          String layer = name.substring(0, name.lastIndexOf('.'));
          int rows = Math.toIntExact(floats.shape(name).get(0));
          int cols = Math.toIntExact(floats.shape(name).get(1));
          QuantizedLinear codes = RandomLayers.of(layer, scheme, rows, cols, name.length());
          tensors.addAll(format.codec().encode(RandomLayers.withoutBias(codes)));
        } else {
          tensors.add(floats.read(name));
        }
      }
    }
    SafetensorsWriter.write(directory.resolve(TinyLlama.WEIGHTS), tensors, new TreeMap<>());
    ObjectNode config = config(model);
    config.set(
        "quantization_config",
        QuantizationConfig.ofAll(format.id(), scheme, false, List.of("lm_head")).json());
    writeConfig(directory, config);
    return directory;
  }
}
