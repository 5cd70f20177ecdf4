package io.halftone.cli;

import io.halftone.calibration.decoder.FloatDecoder;
import io.halftone.calibration.decoder.SelfCalibration;
import io.halftone.calibration.decoder.TokenSequences;
import io.halftone.core.kernel.Compute;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.npy.NpyFile;
import io.halftone.io.npy.NpyType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Option;

/** Where the tokens of a language model's calibration and evaluation come from. */
final class TokenOptions {
  private static final int DRAWN_LENGTH = 256;

  @Option(
      names = "--tokens",
      paramLabel = "NPY",
      description = {
        "Tokens as int32 [sequences, length], each sequence with its start token;",
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

  /** Tokens that calibrate and tokens that evaluate. */
  record Split(TokenSequences calibration, TokenSequences evaluation) {}

  Split split(FloatDecoder model, Compute compute) throws IOException {
    if (calibrationRows < 1 || evaluationRows < 1) {
      throw new InputException(
          "--calibration-rows is "
              + calibrationRows
              + " and --evaluation-rows "
              + evaluationRows
              + ", both must be at least 1");
    }
    List<int[]> rows = file == null ? drawn(model, compute) : read();
    int needed = calibrationRows + evaluationRows;
    if (rows.size() < needed) {
      throw new InputException(
          file + " has " + rows.size() + " sequences, " + needed + " are asked for");
    }
    return new Split(
        new TokenSequences(rows.subList(0, calibrationRows)),
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

  private List<int[]> read() {
    NpyArray array = InputException.reading("the tokens", () -> NpyFile.readArray(file));
    if (array.type() != NpyType.INT32 || array.shape().length != 2) {
      throw new InputException(
          file + " holds " + array.type().code() + ", must be int32 tokens [sequences, length]");
    }
    List<int[]> rows = new ArrayList<>();
    for (int r = 0; r < array.shape()[0]; r++) {
      int[] row = new int[array.shape()[1]];
      array.data().asIntBuffer().get(r * row.length, row);
      rows.add(row);
    }
    return rows;
  }
}
