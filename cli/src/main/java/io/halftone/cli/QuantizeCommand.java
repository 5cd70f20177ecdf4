package io.halftone.cli;

import io.halftone.bridges.onnxruntime.ModelInputs;
import io.halftone.calibration.FallbackPolicy;
import io.halftone.calibration.MemoryEstimate;
import io.halftone.calibration.Pipeline;
import io.halftone.calibration.Progress;
import io.halftone.calibration.SiteStatistics;
import io.halftone.cli.report.HtmlReport;
import io.halftone.cli.report.InputFile;
import io.halftone.cli.report.ReportData;
import io.halftone.cli.report.ReportJson;
import io.halftone.cli.report.RunResult;
import io.halftone.cli.report.Summary;
import io.halftone.core.kernel.Compute;
import io.halftone.core.recipe.NameFilter;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.report.Reports;
import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.Statistics;
import io.halftone.io.AtomicFile;
import io.halftone.io.onnx.WeightForm;
import io.halftone.quantizers.catalog.Catalog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Quantizes an ONNX model and proves the result in ONNX Runtime before it says so, or a language
 * model block by block.
 */
@Command(
    name = "quantize",
    mixinStandardHelpOptions = true,
    description = {
      "Quantizes the linear layers of an ONNX model, or of a language model:",
      "a directory with config.json and safetensors, a GGUF file or a llama2.c checkpoint."
    })
final class QuantizeCommand implements Callable<Integer> {
  @Mixin private Output output;
  @Mixin private ComputeOptions computeOptions;
  @Mixin private InputOptions inputOptions;
  @Mixin private RecipeOption recipeOption;
  @Mixin private LanguageOptions languageOptions;
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A float ONNX model or language model.")
  private Path modelFile;

  @Option(
      names = "--calibration",
      paramLabel = "TEXT|NPZ",
      required = true,
      description =
          "Text with one passage per line, or model inputs as .npz/.npy. "
              + "Language models: text with blank lines between passages, or tokens as .npy.")
  private Path calibrationFile;

  @Option(
      names = "--held-out",
      paramLabel = "TEXT|NPZ",
      description =
          "Inputs to measure on, best not those of the calibration (default: the calibration inputs).")
  private Path heldOutFile;

  @Option(
      names = "--output",
      paramLabel = "OUT",
      required = true,
      description = "The quantized model; a directory for language models.")
  private Path outputFile;

  @Option(names = "--force", description = "Replace an output that exists.")
  private boolean force;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Write report.html and report.json to this directory.")
  private Path reportDirectory;

  @Option(
      names = "--form",
      paramLabel = "FORM",
      defaultValue = "MATMUL_NBITS",
      description =
          "How float-input layers are written: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private WeightForm form;

  @Option(
      names = "--include",
      paramLabel = "PATTERN",
      description =
          "Quantize only layers whose name matches; * stands for anything. May be repeated.")
  private List<String> include = List.of();

  @Option(
      names = "--exclude",
      paramLabel = "PATTERN",
      description = "Leave layers whose name matches as they are. May be repeated.")
  private List<String> exclude = List.of();

  @Option(
      names = "--allow-fallback",
      description =
          "Round to nearest where the recipe fails on a layer, and report it (default: fail).")
  private boolean allowFallback;

  @Override
  public Integer call() throws IOException {
    if (LanguageQuantization.is(modelFile)) {
      quantizeLanguageModel();
      return 0;
    }
    languageOptions.requireNone();
    requireFreeOutput();
    long start = System.nanoTime();
    Recipe recipe = recipeOption.recipe();
    Compute compute = computeOptions.compute();
    OnnxSource source = OnnxSource.open(modelFile);
    source.require(new NameFilter(include, exclude), recipe.scheme());
    Set<Statistic<?>> statistics = statistics(recipe);
    Pipeline silent = pipeline(recipe, compute, Progress.SILENT);
    silent.requireChosen(source.graph().linears());
    HeapCheck.require(
        MemoryEstimate.of(
            source.graph(), source.weights(), silent, statistics, heldOutFile == null ? 1 : 2),
        Files.size(modelFile),
        Runtime.getRuntime().maxMemory(),
        output::note);
    try (ModelInputs calibrating = inputOptions.open(calibrationFile, modelFile);
        ModelInputs measuring = inputOptions.open(measured(), modelFile)) {
      SiteStatistics calibration = collect("calibrating", source, calibrating, silent, statistics);
      SiteStatistics heldOut =
          heldOutFile == null
              ? calibration
              : collect("measuring", source, measuring, silent, statistics);
      Workbench bench =
          new Workbench(
              source,
              calibration,
              heldOut,
              measuring,
              Workbench.embeddings(modelFile, measuring),
              form);
      try (ProgressBar bar = ProgressBars.start("quantizing", source.linears().size());
          Workbench.Finished finished =
              bench.run(
                  pipeline(recipe, compute, (done, total, what) -> bar.stepTo(done)),
                  measuring,
                  outputFile)) {
        ReportData facts = facts(bench, finished.result(), compute, start);
        writeReport(facts);
        finished.staged().publish();
        output.print(facts, () -> Tables.print(output, facts));
      }
    }
    return 0;
  }

  private void quantizeLanguageModel() throws IOException {
    requireReportDirectory();
    LanguageOptions.requireNone(
        spec, List.of("--form", "--max-tokens", "--batch-size"), "an ONNX model");
    new LanguageQuantization(
            modelFile,
            calibrationFile,
            Optional.ofNullable(heldOutFile),
            outputFile,
            force,
            Optional.ofNullable(reportDirectory),
            languageOptions,
            computeOptions.threads(),
            output)
        .run(pipeline(recipeOption.recipe(), computeOptions.compute(), Progress.SILENT));
  }

  private Path measured() {
    return heldOutFile == null ? calibrationFile : heldOutFile;
  }

  private void requireFreeOutput() {
    Path parent = outputFile.toAbsolutePath().getParent();
    if (!Files.isDirectory(parent)) {
      throw new InputException("--output " + outputFile + ": there is no directory " + parent);
    }
    if (Files.isDirectory(outputFile)) {
      throw new InputException("--output " + outputFile + " is a directory; name a file in it");
    }
    if (Files.exists(outputFile) && !force) {
      throw new InputException("--output " + outputFile + " exists; give --force to replace it");
    }
    requireReportDirectory();
  }

  private void requireReportDirectory() {
    if (reportDirectory != null
        && Files.exists(reportDirectory)
        && !Files.isDirectory(reportDirectory)) {
      throw new InputException("--report " + reportDirectory + " is a file; name a directory");
    }
  }

  private static Set<Statistic<?>> statistics(Recipe recipe) {
    return Captures.union(
        Stream.of(recipe.requires(), Reports.requires(), Set.of(Statistics.ABS_MAX)));
  }

  private SiteStatistics collect(
      String task,
      OnnxSource source,
      ModelInputs inputs,
      Pipeline pipeline,
      Set<Statistic<?>> statistics)
      throws IOException {
    return Captures.collect(
        task,
        source,
        pipeline.chosen(source.graph()),
        inputs,
        statistics,
        pipeline.compute(),
        computeOptions.threads());
  }

  private Pipeline pipeline(Recipe recipe, Compute compute, Progress progress) {
    FallbackPolicy fallback =
        allowFallback ? FallbackPolicy.allow("rtn", Catalog.fallback()) : FallbackPolicy.STRICT;
    return new Pipeline(recipe, compute, fallback, new NameFilter(include, exclude), progress);
  }

  private ReportData facts(Workbench bench, RunResult result, Compute compute, long start)
      throws IOException {
    List<InputFile> inputs = new ArrayList<>();
    inputs.add(Facts.input("model", modelFile));
    inputs.add(Facts.input("calibration", calibrationFile));
    inputs.add(Facts.captured("captured from calibration", bench.calibration()));
    if (heldOutFile != null) {
      inputs.add(Facts.input("held-out", heldOutFile));
    }
    return new ReportData(
        bench.source().displayName() + " quantized",
        Instant.now(),
        new Summary(
            bench.source().displayName(),
            bench.source().linears().size(),
            bench.source().weightCount(),
            bench.calibration().tokens(),
            heldOutFile == null ? 0 : bench.heldOut().tokens(),
            (System.nanoTime() - start) / 1e9),
        List.of(result),
        Facts.provenance(
            compute, computeOptions.threads(), inputs, List.of(recipeOption.recipe())));
  }

  private void writeReport(ReportData facts) throws IOException {
    if (reportDirectory != null) {
      HtmlReport.write(facts, reportDirectory.resolve("report.html"));
      AtomicFile.write(
          reportDirectory.resolve("report.json"),
          channel -> channel.write(StandardCharsets.UTF_8.encode(ReportJson.pretty(facts))));
    }
  }
}
