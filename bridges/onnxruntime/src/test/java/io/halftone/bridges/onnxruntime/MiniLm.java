package io.halftone.bridges.onnxruntime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A real six-layer sentence encoder, unpacked once. */
final class MiniLm {
  /** What the first layer's query, key and value projections read. */
  static final String FIRST_SITE = "/embeddings/LayerNorm/Add_1_output_0";

  static final List<String> PASSAGES =
      List.of(
          "The ferry leaves the harbour at dawn.",
          "A short line.",
          "Bread rises because yeast turns sugar into carbon dioxide, and gluten keeps the bubbles in.",
          "She counted the swallows on the wire twice and got two different numbers.",
          "Granite cools slowly, deep underground, which is why its crystals are large enough to see.",
          "Rain.",
          "The library closed early on Thursdays, so he learned to arrive before the clerk put on her coat.");

  private static final Path DIRECTORY = unpack();
  private static final ModelSignature SIGNATURE = readSignature();

  private MiniLm() {}

  static Path model() {
    return DIRECTORY.resolve("all-minilm-l6-v2.onnx");
  }

  static Path tokenizer() {
    return DIRECTORY.resolve("all-minilm-l6-v2-tokenizer.json");
  }

  static Path int8() {
    return DIRECTORY.resolve("all-minilm-l6-v2-q.onnx");
  }

  static ModelSignature signature() {
    return SIGNATURE;
  }

  static TextInputs inputs(List<String> passages, TextOptions options) throws IOException {
    return TextInputs.of(tokenizer(), passages, signature(), options);
  }

  private static ModelSignature readSignature() {
    try {
      return ModelSignature.read(model());
    } catch (IOException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static Path unpack() {
    try {
      Path directory = Files.createTempDirectory(Path.of("target"), "minilm");
      for (String name :
          List.of(
              "all-minilm-l6-v2.onnx",
              "all-minilm-l6-v2-tokenizer.json",
              "all-minilm-l6-v2-q.onnx")) {
        Path file = directory.resolve(name);
        try (InputStream in = MiniLm.class.getResourceAsStream("/" + name)) {
          Files.copy(in, file);
        }
        file.toFile().deleteOnExit();
      }
      return directory;
    } catch (IOException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
