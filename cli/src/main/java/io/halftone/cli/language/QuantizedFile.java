package io.halftone.cli.language;

import io.halftone.core.model.RopePairing;
import io.halftone.io.TensorData;
import io.halftone.io.Vocabulary;
import io.halftone.io.gguf.GgufFile;
import io.halftone.io.gguf.block.Importance;
import io.halftone.io.gguf.model.GgufExport;
import io.halftone.io.gguf.model.TypePlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Writes a finished run as a GGUF file with its manifest beside it. */
final class QuantizedFile {
  /** Name of the model in its directory. */
  static final String MODEL = "model.gguf";

  private QuantizedFile() {}

  /**
   * Checks that the model can become such a file at all, before it is quantized.
   *
   * @throws IllegalArgumentException if its architecture cannot
   * @throws IOException if its tokenizer cannot
   */
  static void require(LanguageModel model) throws IOException {
    GgufExport.requireWritable(model.config());
    ModelVocabulary.of(model);
  }

  /**
   * Writes file and manifest.
   *
   * @param directory empty
   */
  static Manifest write(
      LanguageModel model,
      RunSettings settings,
      RunFormat.OfBlocks format,
      List<String> weightHashes,
      StoredBlocks blocks,
      Path directory)
      throws IOException {
    Path file = write(model, settings, format, blocks, directory);
    try (GgufFile written = GgufFile.open(file)) {
      Manifest manifest = Manifest.of(settings, weightHashes, blocks, tensors(written));
      manifest.write(directory);
      return manifest;
    }
  }

  /** Writes the file alone. */
  static Path write(
      LanguageModel model,
      RunSettings settings,
      RunFormat.OfBlocks format,
      StoredBlocks blocks,
      Path directory)
      throws IOException {
    RunTensors tensors = new RunTensors(model.tensors(), blocks);
    Optional<Vocabulary> words = ModelVocabulary.of(model);
    Path file = directory.resolve(MODEL);
    new GgufExport(
            new TypePlan(format.type()),
            tensor -> Importance.UNIFORM,
            settings.pipeline().compute())
        .write(
            file,
            new io.halftone.io.gguf.model.ModelTensors(
                model.path().getFileName().toString(),
                model.config(),
                tensors,
                RopePairing.HALF_SPLIT,
                words),
            tensors);
    return file;
  }

  /** The tensors of a file. */
  static List<TensorData> tensors(GgufFile file) {
    return file.names().stream().map(name -> TensorData.copy(file, name)).toList();
  }
}
