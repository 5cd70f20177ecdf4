package io.halftone.io.convert;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.quantized.QuantizedLinear;
import io.halftone.core.scheme.LayerScheme;
import io.halftone.io.convert.QuantizationConfig.Group;
import io.halftone.io.safetensors.SafetensorsWriter;
import io.halftone.testkit.RandomLayers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Small checkpoints of two blocks, an embedding and a norm. */
final class Checkpoints {
  static final List<String> LAYERS =
      List.of("model.layers.0.q_proj", "model.layers.0.o_proj", "model.layers.1.q_proj");

  private Checkpoints() {}

  static Path write(Path directory, String format, LayerScheme scheme) throws IOException {
    List<QuantizedLinear> layers = new ArrayList<>();
    for (String name : LAYERS) {
      layers.add(RandomLayers.of(name, scheme, 64, 128, name.hashCode()));
    }
    return write(
        directory, QuantizationConfig.ofAll(format, scheme, false, List.of("lm_head")), layers);
  }

  static Path write(Path directory, QuantizationConfig config, List<QuantizedLinear> layers)
      throws IOException {
    Files.createDirectories(directory);
    List<StoredTensor> tensors = new ArrayList<>();
    for (QuantizedLinear layer : layers) {
      Group group = config.of(layer.name()).orElseThrow();
      tensors.addAll(group.codec().encode(layer));
    }
    tensors.add(halves("model.embed_tokens.weight", List.of(10L, 8L)));
    tensors.add(halves("model.norm.weight", List.of(8L)));
    SafetensorsWriter.write(directory.resolve("model.safetensors"), tensors, new TreeMap<>());
    ObjectNode model = new ObjectMapper().createObjectNode().put("model_type", "llama");
    QuantizationJson.write(config, model.putObject("quantization_config"));
    Files.writeString(directory.resolve("config.json"), model.toPrettyString());
    Files.writeString(directory.resolve("tokenizer.json"), "{}");
    return directory;
  }

  private static StoredTensor halves(String name, List<Long> shape) {
    int elements = Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
    ByteBuffer data = ByteBuffer.allocate(2 * elements);
    for (int i = 0; i < data.limit(); i++) {
      data.put(i, (byte) (i * 7));
    }
    return new StoredTensor(name, "F16", shape, data);
  }

  /** Converts without loss into a new directory beside the checkpoint. */
  static Path convert(Path from, TargetFormat format, String name) throws IOException {
    Path to = Files.createDirectory(from.resolveSibling(name));
    try (Checkpoint source = Checkpoint.open(from)) {
      ConversionPlan plan = ConversionPlan.of(source, format);
      if (!plan.isLossless()) {
        throw new AssertionError(plan.losses().toString());
      }
      Conversion.write(source, plan, to);
      Conversion.verify(source, plan, to);
    }
    return to;
  }
}
