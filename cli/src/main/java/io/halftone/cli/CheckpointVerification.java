package io.halftone.cli;

import io.halftone.cli.language.LanguageModel;
import io.halftone.cli.language.ManifestVerification;
import io.halftone.cli.language.ManifestVerification.Difference;
import io.halftone.cli.language.TokenFiles;
import io.halftone.core.kernel.Compute;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * A quantized checkpoint against its manifest, and against a new run from the same inputs.
 *
 * @param path the checkpoint's directory, or the manifest in it
 * @param model float model for the new run, or empty for none
 * @param calibration of the new run
 * @param weights of its tokens
 */
record CheckpointVerification(
    Path path, Optional<Path> model, Optional<Path> calibration, TokenWeightOption weights) {
  boolean run(Output output) throws IOException {
    if (model.isPresent() != calibration.isPresent()) {
      throw new InputException("a new run needs both --model and --calibration");
    }
    if (weights.isGiven() && calibration.isEmpty()) {
      throw new InputException(TokenWeightOption.NAME + " is for the tokens of --calibration");
    }
    ManifestVerification manifest =
        InputException.reading("the manifest", () -> ManifestVerification.of(path));
    Optional<Difference> difference = InputException.reading("the checkpoint", manifest::ofFiles);
    if (difference.isEmpty() && model.isPresent()) {
      difference = again(manifest, model.get(), calibration.get(), output);
    }
    Facts facts =
        new Facts(
            path.toString(),
            manifest.manifest().tensors().size(),
            model.isPresent(),
            difference.map(Difference::what).orElse(""),
            difference.map(Difference::reason).orElse(""),
            difference.isEmpty());
    output.print(facts, () -> print(output, facts));
    return facts.agrees;
  }

  private Optional<Difference> again(
      ManifestVerification manifest, Path modelPath, Path tokens, Output output)
      throws IOException {
    try (LanguageModel floats =
            InputException.reading("the model", () -> LanguageModel.open(modelPath));
        StagedDirectory work = StagedDirectory.beside(path)) {
      return manifest.ofNewRun(
          floats,
          weights.weigh(
              InputException.reading(
                  "the calibration",
                  () -> TokenFiles.read(tokens, floats, floats.config().contextLength()))),
          Compute.defaults(),
          Version.current(),
          work.path(),
          (done, total, seconds) ->
              output.note(
                  String.format(Locale.ROOT, "block %d of %d: %.1f s", done, total, seconds)));
    }
  }

  private static void print(Output output, Facts facts) {
    String against = facts.ranAgain ? "its manifest and a new run" : "its manifest";
    if (facts.agrees) {
      output.line("%s: all %d tensors are those of %s", facts.file, facts.tensors, against);
    } else {
      output.line("%s DIFFERS from %s: %s: %s", facts.file, against, facts.differs, facts.reason);
    }
  }

  private record Facts(
      String file, int tensors, boolean ranAgain, String differs, String reason, boolean agrees) {}
}
