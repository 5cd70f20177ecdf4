package io.halftone.cli;

import io.halftone.calibration.Pipeline;
import io.halftone.calibration.decoder.TokenSequences;
import io.halftone.cli.language.BlockRecipe;
import io.halftone.cli.language.LanguageModel;
import io.halftone.cli.language.QuantizationRun;
import io.halftone.cli.language.RunFormat;
import io.halftone.cli.language.RunSettings;
import io.halftone.cli.language.TokenFiles;
import io.halftone.cli.report.InputFile;
import io.halftone.cli.report.Provenance;
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
              calibration,
              options.format(),
              Version.current());
      QuantizationRun run = new QuantizationRun(model, settings, store(), this::block);
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
              (System.nanoTime() - start) / 1e9);
      output.print(facts, () -> facts.print(output));
    }
  }

  private Pipeline inFormat(Pipeline pipeline, LanguageModel model) {
    if (!(options.format() instanceof RunFormat.OfBlocks format)) {
      return pipeline;
    }
    InputException.reading(
        "the model",
        () -> {
          format.require(model);
          return model;
        });
    return new Pipeline(
        BlockRecipe.of(pipeline.recipe(), format.type(), model, pipeline.layers()),
        pipeline.compute(),
        pipeline.fallback(),
        pipeline.layers(),
        pipeline.progress());
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

  private void block(int done, int total, double seconds) {
    output.note(
        String.format(
            Locale.ROOT,
            "block %d of %d: %.1f s, about %.0f s to go",
            done,
            total,
            seconds,
            seconds * (total - done)));
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
    if (heldOutFile.isPresent()) {
      inputs.add(Facts.input("held-out", heldOutFile.get()));
    }
    return Facts.provenance("", pipeline.compute(), threads, inputs, List.of(pipeline.recipe()));
  }
}
