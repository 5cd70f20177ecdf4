package io.halftone.cli;

import io.halftone.calibration.decoder.FloatDecoder;
import io.halftone.calibration.decoder.SelfCalibration;
import io.halftone.calibration.decoder.TokenSequences;
import io.halftone.cli.language.LanguageModel;
import io.halftone.cli.language.TokenFiles;
import io.halftone.core.kernel.Compute;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where the tokens of a language model's calibration and evaluation come from. */
final class TokenOptions {
  private static final int DRAWN_LENGTH = 256;

  @Option(
      names = "--tokens",
      paramLabel = "NPY|TEXT",
      description = {
        "Tokens as an integer array [sequences, length], each sequence with its start token,",
        "or text whose passages are separated by blank lines;",
        "without it the model draws its own text, which depends on --seed only."
      })
  private Path file;

  @Option(
      names = "--calibration-rows",
      paramLabel = "N",
      defaultValue = "128",
      description = "Sequences that calibrate, the first ones (default: ${DEFAULT-VALUE}).")
  private int calibrationRows;

  @Option(
      names = "--evaluation-rows",
      paramLabel = "N",
      defaultValue = "64",
      description = "Sequences after them that evaluate (default: ${DEFAULT-VALUE}).")
  private int evaluationRows;

  @Option(
      names = "--start-token",
      paramLabel = "ID",
      defaultValue = "1",
      description = "Token every drawn sequence begins with (default: ${DEFAULT-VALUE}).")
  private int start;

  @Mixin private TokenWeightOption weights;

  /** Tokens that calibrate and tokens that evaluate. */
  record Split(TokenSequences calibration, TokenSequences evaluation) {}

  /** Whether the tokens that calibrate count differently. */
  boolean weighted() {
    return weights.isGiven();
  }

  Split split(LanguageModel model, FloatDecoder exact, Compute compute) throws IOException {
    if (calibrationRows < 1 || evaluationRows < 1) {
      throw new InputException(
          "--calibration-rows is "
              + calibrationRows
              + " and --evaluation-rows "
              + evaluationRows
              + ", both must be at least 1");
    }
    List<int[]> rows = file == null ? drawn(exact, compute) : read(model);
    int needed = calibrationRows + evaluationRows;
    if (rows.size() < needed) {
      throw new InputException(
          file + " has " + rows.size() + " sequences, " + needed + " are asked for");
    }
    return new Split(
        weights.weigh(new TokenSequences(rows.subList(0, calibrationRows))),
        new TokenSequences(rows.subList(calibrationRows, needed)));
  }

  private List<int[]> drawn(FloatDecoder model, Compute compute) throws IOException {
    int length = Math.min(DRAWN_LENGTH, model.config().contextLength());
    SelfCalibration source =
        new SelfCalibration(
            calibrationRows + evaluationRows, length, 1, start, OptionalInt.empty());
    try (ProgressBar bar = ProgressBars.start("drawing text", length - 1)) {
      return source.draw(model, compute, (done, total, what) -> bar.stepTo(done)).sequences();
    }
  }

  private List<int[]> read(LanguageModel model) {
    int longest = model.config().contextLength();
    return InputException.reading(
            "the tokens", () -> TokenFiles.read(file, model, Math.min(longest, DRAWN_LENGTH)))
        .sequences();
  }
}
