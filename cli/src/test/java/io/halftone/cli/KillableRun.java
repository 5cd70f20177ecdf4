package io.halftone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.halftone.io.npy.NpyArray;
import io.halftone.io.npy.NpyFile;
import io.halftone.testkit.TinyLlama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A run on a language model that goes on where one with the same output was killed.
 *
 * @param directory of all outputs
 * @param model float
 * @param calibration tokens
 * @param heldOut tokens
 */
record KillableRun(Path directory, Path model, Path calibration, Path heldOut) {
  private static final int LENGTH = 256;
  private static final int CALIBRATION_ROWS = 8;

  /** On the small model of the tests, with two sequences. */
  static KillableRun onTheSmallModel(Path directory) throws IOException {
    Path model = TinyLlama.copyTo(Files.createDirectory(directory.resolve("model")));
    Path tokens =
        write(
            directory.resolve("calibration.npy"),
            Arrays.stream(TinyLlama.tokens(), 0, 2).flatMapToInt(Arrays::stream).toArray());
    return new KillableRun(directory, model, tokens, tokens);
  }

  /**
   * On another model, with the first rows of a file.
   *
   * @param tokens int32 [rows, 256], at least 10 rows
   */
  static KillableRun on(Path model, Path tokens, Path directory) throws IOException {
    int[] ids =
        Arrays.stream(NpyFile.readArray(tokens).toLongs()).mapToInt(Math::toIntExact).toArray();
    int calibrating = CALIBRATION_ROWS * LENGTH;
    return new KillableRun(
        directory,
        model,
        write(directory.resolve("calibration.npy"), Arrays.copyOf(ids, calibrating)),
        write(
            directory.resolve("held-out.npy"),
            Arrays.copyOfRange(ids, calibrating, calibrating + 2 * LENGTH)));
  }

  private static Path write(Path file, int[] ids) throws IOException {
    NpyFile.write(file, NpyArray.ofInts(ids, ids.length / LENGTH, LENGTH));
    return file;
  }

  private Object[] words(Path output) {
    return new Object[] {
      "quantize",
      model,
      "--recipe",
      "gptq",
      "--scheme",
      "W4A16_G32",
      "--calibration",
      calibration,
      "--held-out",
      heldOut,
      "--output",
      output,
      "--resume",
      "--json"
    };
  }

  /** A new place for an output, in a directory of its own. */
  Path output(String name) throws IOException {
    return Files.createDirectories(directory.resolve(name)).resolve("q");
  }

  /** Where the finished blocks of an output lie. */
  static Path store(Path output) {
    return output.resolveSibling("q.blocks");
  }

  /** Starts it in a virtual machine that can be killed. */
  ChildCommand start(Path output, List<String> options) throws IOException {
    return ChildCommand.start(directory, options, words(output));
  }

  /** Runs it here to its end. */
  JsonNode finish(Path output) {
    return CommandRun.of(words(output)).json();
  }
}
