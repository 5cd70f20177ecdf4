package io.halftone.cli.language;

import io.halftone.calibration.decoder.LanguageEvaluation;
import io.halftone.calibration.decoder.LanguageScore;
import io.halftone.calibration.decoder.TokenSequences;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A language model quantized block by block into a checkpoint. Finished blocks are stored; a run
 * that was killed goes on behind them and ends in the same bytes.
 *
 * @param model float
 * @param settings that decide the bytes
 * @param storage directory of the finished blocks; removed by {@link #forget}
 * @param progress hears of every block
 */
public record QuantizationRun(
    LanguageModel model, RunSettings settings, Path storage, RunProgress progress) {

  /**
   * What a run found.
   *
   * @param manifest of the checkpoint
   * @param resumed blocks that an earlier run had finished
   * @param before score of the float model
   * @param after score of the checkpoint as it was read again
   */
  public record Result(Manifest manifest, int resumed, LanguageScore before, LanguageScore after) {}

  /** Removes finished blocks, of whatever run they are. */
  public void forget() throws IOException {
    BlockStore.delete(storage);
  }

  /**
   * Quantizes, writes, reads again, compares and measures.
   *
   * @param directory empty; the checkpoint goes there
   * @param heldOut tokens to measure on
   * @throws io.halftone.core.spi.QuantizationException if a layer fails and no fallback is allowed
   * @throws IllegalArgumentException if the format cannot hold a layer
   * @throws IOException if something cannot be read or written, or reads other than it was written
   */
  public Result run(Path directory, TokenSequences heldOut) throws IOException {
    progress.stage("reading the model's files");
    List<String> weights = RunSettings.weightHashes(model);
    BlockStore store = BlockStore.of(storage, model, settings, weights);
    progress.stage("quantizing " + model.config().blocks() + " blocks");
    int resumed = BlockLoop.run(model, settings, store, progress);
    progress.stage("writing " + settings.format().id());
    RunOutput output = RunOutput.of(settings.format());
    Manifest manifest;
    try (StoredBlocks blocks = StoredBlocks.open(store, model.config().blocks())) {
      manifest = output.write(model, settings, weights, blocks, directory);
    }
    Optional<ManifestVerification.Difference> difference =
        ManifestVerification.of(directory).ofFiles();
    if (difference.isPresent()) {
      throw new IOException(
          "tensor " + difference.get().what() + " was written wrong: " + difference.get().reason());
    }
    progress.stage("measuring the float model");
    LanguageEvaluation evaluation = LanguageEvaluation.of(settings.pipeline().compute());
    LanguageScore before = evaluation.score(model.decoder(), heldOut);
    progress.stage("measuring what was written");
    try (RunOutput.Running written = output.run(model, directory)) {
      return new Result(
          manifest,
          resumed,
          before,
          evaluation.compare(model.decoder(), written.decoder(), heldOut));
    }
  }
}
