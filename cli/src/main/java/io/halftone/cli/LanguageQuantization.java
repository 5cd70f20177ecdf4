package io.halftone.cli;

import io.halftone.calibration.Pipeline;
import io.halftone.calibration.decoder.DecoderMemory;
import io.halftone.calibration.decoder.TokenSequences;
import io.halftone.cli.language.BlockRecipe;
import io.halftone.cli.language.LanguageModel;
import io.halftone.cli.language.QuantizationRun;
import io.halftone.cli.language.RunFormat;
import io.halftone.cli.language.RunSettings;
import io.halftone.cli.language.TokenFiles;
import io.halftone.cli.report.InputFile;
import io.halftone.cli.report.Provenance;
import io.halftone.cli.report.ReportFiles;
import io.halftone.core.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Quantizes a language model into a checkpoint's directory.
 *
 * @param modelPath float model
 * @param calibrationFile text or tokens
 * @param heldOutFile text or tokens to measure on; the calibration if empty
 * @param target the checkpoint's directory
 * @param replace whether an existing one may be replaced
 * @param report directory of the report, if one is written
 * @param options of language models
 * @param threads that compute
 * @param output hears of every block
 */
record LanguageQuantization(
    Path modelPath,
    Path calibrationFile,
    Optional<Path> heldOutFile,
    Path target,
    boolean replace,
    Optional<Path> report,
    LanguageOptions options,
    int threads,
    Output output) {
  private static final String STORE = ".blocks";

  /** Whether a path is that of a language model, by its form. */
  static boolean is(Path model) {
    String name = model.getFileName().toString().toLowerCase(Locale.ROOT);
    return Files.isDirectory(model)
        || Stream.of(".gguf", ".bin", ".safetensors").anyMatch(name::endsWith);
  }

  void run(Pipeline pipeline) throws IOException {
    requireFreeTarget();
    long start = System.nanoTime();
    try (LanguageModel model =
            InputException.reading("the model", () -> LanguageModel.open(modelPath));
        StagedDirectory staged = StagedDirectory.beside(target)) {
      TokenSequences calibration = tokens("the calibration", calibrationFile, model);
      TokenSequences heldOut =
          heldOutFile.isEmpty()
              ? calibration
              : tokens("the held-out tokens", heldOutFile.get(), model);
      RunSettings settings =
          new RunSettings(
              inFormat(pipeline, model),
              options.propagation(),
              options.tokenWeights().weigh(calibration),
              options.format(),
              Version.current());
      HeapCheck.require(
          DecoderMemory.of(
              model.decoder(), settings.pipeline(), settings.propagation(), calibration, heldOut),
          Runtime.getRuntime().maxMemory(),
          output::note);
      RunNotes notes = new RunNotes(output::note, options.extrapolated());
      QuantizationRun run = new QuantizationRun(model, settings, store(), notes);
      if (!options.resume()) {
        run.forget();
      }
      QuantizationRun.Result result = run.run(staged.path(), heldOut);
      staged.publish();
      run.forget();
      LanguageFacts facts =
          LanguageFacts.of(
              model,
              settings,
              result,
              files(target),
              provenance(model, pipeline),
              notes.secondsPerBlock(),
              (System.nanoTime() - start) / 1e9);
      if (report.isPresent()) {
        ReportFiles.write(report.get(), "report.json", facts, LanguageRunPage.of(facts));
      }
      output.print(facts, () -> facts.print(output));
    }
  }

  private Pipeline inFormat(Pipeline pipeline, LanguageModel model) {
    if (!(options.format() instanceof RunFormat.OfBlocks format)) {
      return with(pipeline, pipeline.recipe());
    }
    InputException.reading(
        "the model",
        () -> {
          format.require(model);
          return model;
        });
    return with(
        pipeline, BlockRecipe.of(pipeline.recipe(), format.type(), model, pipeline.layers()));
  }

  private Pipeline with(Pipeline pipeline, Recipe recipe) {
    return new Pipeline(
        recipe,
        pipeline.compute(),
        pipeline.fallback(),
        pipeline.layers(),
        (done, total, half) -> output.note(half + ": " + done + " of " + total + " layers"));
  }

  /** Finished blocks lie beside the target, whatever becomes of it. */
  private Path store() {
    return target.toAbsolutePath().resolveSibling(target.getFileName() + STORE);
  }

  private void requireFreeTarget() {
    boolean resumes = options.resume() && Files.isDirectory(store());
    if (Files.exists(target) && !Files.isDirectory(target)) {
      throw new InputException("--output " + target + " is a file; name a directory");
    }
    if (Files.exists(target) && !replace && !resumes) {
      throw new InputException("--output " + target + " exists; give --force to replace it");
    }
  }

  private static TokenSequences tokens(String what, Path file, LanguageModel model) {
    return InputException.reading(
        what, () -> TokenFiles.read(file, model, model.config().contextLength()));
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  private Provenance provenance(LanguageModel model, Pipeline pipeline) throws IOException {
    List<InputFile> inputs = new ArrayList<>();
    for (Path file : model.weights()) {
      inputs.add(Facts.input("model", file));
    }
    inputs.add(Facts.input("calibration", calibrationFile));
    if (options.tokenWeights().file().isPresent()) {
      inputs.add(Facts.input("token weights", options.tokenWeights().file().get()));
    }
    if (heldOutFile.isPresent()) {
      inputs.add(Facts.input("held-out", heldOutFile.get()));
    }
    return Facts.provenance("", pipeline.compute(), threads, inputs, List.of(pipeline.recipe()));
  }
}
