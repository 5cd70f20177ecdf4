package io.halftone.cli;

import io.halftone.io.TensorEntry;
import io.halftone.io.TensorFile;
import io.halftone.io.gguf.GgufFile;
import io.halftone.io.gguf.GgufValue;
import io.halftone.io.llama2c.Llama2cConfig;
import io.halftone.io.llama2c.Llama2cFile;
import io.halftone.io.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a file of named tensors holds.
 *
 * @param file as it was named
 * @param format for people
 * @param bytes of all tensors
 * @param types number of tensors by type
 * @param metadata what the file says about itself; long arrays by their length
 * @param tensors in the file's order
 */
record TensorListing(
    String file,
    String format,
    long bytes,
    Map<String, Integer> types,
    Map<String, String> metadata,
    List<TensorEntry> tensors) {

  /** Whether a name is that of a file of tensors: safetensors, GGUF or llama2.c. */
  static boolean reads(Path file) {
    String name = file.getFileName().toString();
    return Files.isDirectory(file)
        || name.endsWith(".safetensors")
        || name.endsWith(".safetensors.index.json")
        || name.endsWith(".gguf")
        || name.endsWith(".bin");
  }

  /** Reads the descriptions, and none of the data. */
  static TensorListing of(Path file) throws IOException {
    String name = file.getFileName().toString();
    if (name.endsWith(".gguf")) {
      try (GgufFile gguf = GgufFile.open(file)) {
        return of(file, gguf, metadata(gguf));
      }
    }
    if (name.endsWith(".bin")) {
      try (Llama2cFile checkpoint = Llama2cFile.open(file)) {
        return of(file, checkpoint, metadata(checkpoint.config()));
      }
    }
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      return of(file, tensors, tensors.metadata());
    }
  }

  private static TensorListing of(Path file, TensorFile tensors, Map<String, String> metadata) {
    Map<String, Integer> types = new TreeMap<>();
    long bytes = 0;
    for (TensorEntry entry : tensors.entries()) {
      types.merge(entry.type(), 1, Integer::sum);
      bytes += entry.bytes();
    }
    return new TensorListing(
        file.toString(), tensors.format(), bytes, types, metadata, tensors.entries());
  }

  private static Map<String, String> metadata(GgufFile file) {
    Map<String, String> texts = new LinkedHashMap<>();
    file.metadata().forEach((key, value) -> texts.put(key, text(value)));
    return texts;
  }

  private static String text(GgufValue value) {
    if (value instanceof GgufValue.Text text) {
      return text.value();
    }
    if (value instanceof GgufValue.Int number) {
      return Long.toString(number.value());
    }
    if (value instanceof GgufValue.Real number) {
      return Double.toString(number.value());
    }
    if (value instanceof GgufValue.Bool truth) {
      return Boolean.toString(truth.value());
    }
    if (value instanceof GgufValue.Numbers numbers) {
      return numbers.size() + " x " + numbers.elementType();
    }
    return ((GgufValue.Texts) value).values().size() + " x STRING";
  }

  private static Map<String, String> metadata(Llama2cConfig config) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("dim", Integer.toString(config.dim()));
    texts.put("hidden_dim", Integer.toString(config.hiddenDim()));
    texts.put("n_layers", Integer.toString(config.layers()));
    texts.put("n_heads", Integer.toString(config.heads()));
    texts.put("n_kv_heads", Integer.toString(config.kvHeads()));
    texts.put("vocab_size", Integer.toString(config.vocabSize()));
    texts.put("max_seq_len", Integer.toString(config.contextLength()));
    texts.put("tied", Boolean.toString(config.tied()));
    return texts;
  }

  /** Prints a table. */
  void print(Output output) {
    output.line(
        "%s: %s, %d tensors of %d bytes (%s)", file, format, tensors.size(), bytes, counts());
    metadata.forEach((key, value) -> output.line("  %s = %s", key, value));
    for (TensorEntry tensor : tensors) {
      output.line(
          "  %-56s %-8s %-20s %d bytes",
          tensor.name(), tensor.type(), tensor.shape(), tensor.bytes());
    }
  }

  private String counts() {
    StringBuilder text = new StringBuilder();
    types.forEach(
        (type, count) ->
            text.append(text.isEmpty() ? "" : ", ").append(count).append(" ").append(type));
    return text.toString();
  }
}
