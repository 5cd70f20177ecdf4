package io.halftone.cli.language;

import io.halftone.calibration.decoder.Architecture;
import io.halftone.calibration.decoder.Architectures;
import io.halftone.calibration.decoder.Renaming;
import io.halftone.core.model.DecoderConfig;
import io.halftone.core.model.StoredTensor;
import io.halftone.core.tensor.FloatMatrix;
import io.halftone.io.TensorData;
import io.halftone.io.gguf.GgufValue;
import io.halftone.io.gguf.GgufWriter;
import io.halftone.io.llama2c.Llama2cConfig;
import io.halftone.io.llama2c.Llama2cWriter;
import io.halftone.io.safetensors.SafetensorsShards;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes a Llama model in each of the layouts, all values as float32. */
public final class Layouts {
  private Layouts() {}

  /** A directory of several safetensors files, as Hugging Face's are. */
  public static Path sharded(LanguageModel model, Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("config.json"), model.json().toString());
    List<TensorData> tensors = new ArrayList<>();
    for (String name : model.tensors().names()) {
      tensors.add(TensorData.of(model.tensors().stored(name)));
    }
    long all = tensors.stream().mapToLong(tensor -> tensor.entry().bytes()).sum();
    SafetensorsShards.write(directory, tensors, new TreeMap<>(), all / 3);
    return directory;
  }

  static Path llama2c(LanguageModel model, Path file) throws IOException {
    DecoderConfig config = model.config();
    List<TensorData> tensors = new ArrayList<>();
    for (String name : model.tensors().names()) {
      tensors.add(TensorData.of(interleaved(model, name, name)));
    }
    for (String part : List.of("freq_cis_real", "freq_cis_imag")) {
      tensors.add(
          TensorData.of(
              tensor(
                  part,
                  List.of((long) config.contextLength(), config.headSize() / 2L),
                  new float[config.contextLength() * config.headSize() / 2])));
    }
    Llama2cWriter.write(
        file,
        new Llama2cConfig(
            config.hiddenSize(),
            config.intermediateSize(),
            config.blocks(),
            config.heads(),
            config.keyValueHeads(),
            config.vocabulary(),
            config.contextLength(),
            config.tiedHead()),
        tensors);
    return file;
  }

  static Path gguf(LanguageModel model, Path file) throws IOException {
    DecoderConfig config = model.config();
    Architecture here = Architectures.of("llama").get(0);
    Architecture there =
        Architectures.of("llama").stream()
            .filter(table -> table.embedding().equals("token_embd.weight"))
            .findFirst()
            .orElseThrow();
    Map<String, String> names = Renaming.of(there, here, config);
    List<TensorData> tensors = new ArrayList<>();
    for (String name : model.tensors().names()) {
      tensors.add(TensorData.of(interleaved(model, name, names.get(name))));
    }
    Map<String, GgufValue> metadata = new LinkedHashMap<>();
    metadata.put("general.architecture", new GgufValue.Text("llama"));
    metadata.put("llama.embedding_length", GgufValue.Int.uint32(config.hiddenSize()));
    metadata.put("llama.feed_forward_length", GgufValue.Int.uint32(config.intermediateSize()));
    metadata.put("llama.block_count", GgufValue.Int.uint32(config.blocks()));
    metadata.put("llama.attention.head_count", GgufValue.Int.uint32(config.heads()));
    metadata.put("llama.attention.head_count_kv", GgufValue.Int.uint32(config.keyValueHeads()));
    metadata.put("llama.context_length", GgufValue.Int.uint32(config.contextLength()));
    metadata.put("llama.rope.dimension_count", GgufValue.Int.uint32(config.headSize()));
    metadata.put(
        "llama.attention.layer_norm_rms_epsilon", GgufValue.Real.float32(config.normEpsilon()));
    GgufWriter.write(file, metadata, tensors);
    return file;
  }

  private static StoredTensor interleaved(LanguageModel model, String name, String written)
      throws IOException {
    FloatMatrix values = model.tensors().floats(name);
    float[] data = values.data();
    if (name.contains("q_proj") || name.contains("k_proj")) {
      int cols = values.cols();
      data = new float[values.data().length];
      for (int row = 0; row < values.rows(); row++) {
        int to = Renaming.interleavedRow(row, model.config().headSize());
        System.arraycopy(values.data(), row * cols, data, to * cols, cols);
      }
    }
    return tensor(written, model.tensors().shape(name), data);
  }

  private static StoredTensor tensor(String name, List<Long> shape, float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new StoredTensor(name, "F32", shape, bytes);
  }
}
