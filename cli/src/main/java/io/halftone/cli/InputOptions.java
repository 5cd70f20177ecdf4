package io.halftone.cli;

import io.halftone.bridges.onnxruntime.ArrayInputs;
import io.halftone.bridges.onnxruntime.ModelInputs;
import io.halftone.bridges.onnxruntime.ModelSignature;
import io.halftone.bridges.onnxruntime.TextInputs;
import io.halftone.bridges.onnxruntime.TextOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** How text or arrays become inputs of a model. */
final class InputOptions {
  @Option(
      names = "--tokenizer",
      paramLabel = "FILE",
      description =
          "tokenizer.json for text inputs (default: tokenizer.json or <model>-tokenizer.json beside the model).")
  private Path tokenizer;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description =
          "Longer passages are split into windows of N tokens (default: ${DEFAULT-VALUE}).",
      defaultValue = "128")
  private int maxTokens;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Passages or samples run together (default: ${DEFAULT-VALUE}).",
      defaultValue = "16")
  private int batchSize;

  /**
   * Opens inputs: {@code .npy} and {@code .npz} hold arrays, anything else is text with one passage
   * per line.
   *
   * @throws InputException if they cannot be used
   */
  ModelInputs open(Path file, Path model) {
    ModelSignature signature =
        InputException.reading("the model", () -> ModelSignature.read(model));
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".npz") || name.endsWith(".npy")) {
      return InputException.reading(
          "the inputs", () -> ArrayInputs.read(file, signature, batchSize));
    }
    Path found = tokenizerFor(model);
    return InputException.reading(
        "the text",
        () -> TextInputs.of(found, file, signature, new TextOptions(maxTokens, batchSize)));
  }

  /** The tokenizer given, or the one that lies beside the model. */
  Path tokenizerFor(Path model) {
    if (tokenizer != null) {
      return tokenizer;
    }
    String stem = model.getFileName().toString().replaceFirst("\\.onnx$", "");
    return List.of("tokenizer.json", stem + "-tokenizer.json").stream()
        .map(model::resolveSibling)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "text needs a tokenizer: there is no tokenizer.json beside "
                        + model
                        + "; give one with --tokenizer, or give the inputs as .npz"));
  }
}
