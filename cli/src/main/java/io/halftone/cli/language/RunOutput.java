package io.halftone.cli.language;

import io.halftone.calibration.decoder.CausalModel;
import io.halftone.io.TensorFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What a finished run becomes: files in a directory, a manifest beside them. */
interface RunOutput {
  /** The output of a format. */
  static RunOutput of(RunFormat format) {
    return format instanceof RunFormat.OfBlocks blocks
        ? new QuantizedFile(blocks.type())
        : new QuantizedCheckpoint();
  }

  /**
   * Writes the files and their manifest.
   *
   * @param weightHashes of the model's files
   * @param directory empty
   */
  Manifest write(
      LanguageModel model,
      RunSettings settings,
      List<String> weightHashes,
      StoredBlocks blocks,
      Path directory)
      throws IOException;

  /**
   * The tensors that {@link #write} would leave.
   *
   * @param work a directory for files that are needed on the way
   */
  List<Manifest.Tensor> tensors(
      LanguageModel model, RunSettings settings, StoredBlocks blocks, Path work) throws IOException;

  /** Opens what was written. */
  TensorFile open(Path directory) throws IOException;

  /**
   * Opens what was written, to be run.
   *
   * @param original the model it was made of
   */
  Running run(LanguageModel original, Path directory) throws IOException;

  /**
   * A model that reads its files while it runs.
   *
   * @param decoder the model
   * @param files closed with this object
   */
  record Running(CausalModel decoder, Closeable files) implements Closeable {
    @Override
    public void close() throws IOException {
      files.close();
    }
  }
}
