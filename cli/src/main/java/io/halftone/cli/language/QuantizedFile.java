package io.halftone.cli.language;

import io.halftone.calibration.decoder.FloatDecoder;
import io.halftone.core.model.RopePairing;
import io.halftone.io.TensorData;
import io.halftone.io.TensorFile;
import io.halftone.io.Vocabulary;
import io.halftone.io.gguf.GgufFile;
import io.halftone.io.gguf.block.BlockType;
import io.halftone.io.gguf.block.Importance;
import io.halftone.io.gguf.model.GgufExport;
import io.halftone.io.gguf.model.TypePlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Writes a finished run as a GGUF file with its manifest beside it.
 *
 * @param type of the layers whose rows it divides
 */
record QuantizedFile(BlockType type) implements RunOutput {
  private static final String MODEL = "model.gguf";

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

  @Override
  public Manifest write(
      LanguageModel model,
      RunSettings settings,
      List<String> weightHashes,
      StoredBlocks blocks,
      Path directory)
      throws IOException {
    List<Manifest.Tensor> tensors = tensors(model, settings, blocks, directory);
    Manifest manifest = Manifest.of(settings, weightHashes, blocks, tensors);
    manifest.write(directory);
    return manifest;
  }

  /** {@inheritDoc} Writes the file there. */
  @Override
  public List<Manifest.Tensor> tensors(
      LanguageModel model, RunSettings settings, StoredBlocks blocks, Path work)
      throws IOException {
    RunTensors tensors = new RunTensors(model.tensors(), blocks);
    Optional<Vocabulary> words = ModelVocabulary.of(model);
    new GgufExport(new TypePlan(type), tensor -> Importance.UNIFORM, settings.pipeline().compute())
        .write(
            work.resolve(MODEL),
            new io.halftone.io.gguf.model.ModelTensors(
                model.path().getFileName().toString(),
                model.config(),
                tensors,
                RopePairing.HALF_SPLIT,
                words),
            tensors);
    try (TensorFile written = open(work)) {
      return Manifest.Tensor.all(
          written.names().stream().map(name -> TensorData.copy(written, name)).toList());
    }
  }

  @Override
  public TensorFile open(Path directory) throws IOException {
    return GgufFile.open(directory.resolve(MODEL));
  }

  @Override
  public Running run(LanguageModel original, Path directory) throws IOException {
    DecodedTensors written = new DecodedTensors(LanguageModel.open(directory.resolve(MODEL)));
    return new Running(FloatDecoder.of(original.config(), written), written);
  }
}
