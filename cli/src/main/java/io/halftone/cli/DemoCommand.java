package io.halftone.cli;

import io.halftone.bridges.onnxruntime.ModelInputs;
import io.halftone.bridges.onnxruntime.ModelSignature;
import io.halftone.bridges.onnxruntime.TextInputs;
import io.halftone.bridges.onnxruntime.TextOptions;
import io.halftone.calibration.Pipeline;
import io.halftone.calibration.SiteStatistics;
import io.halftone.cli.report.HtmlReport;
import io.halftone.cli.report.InputFile;
import io.halftone.cli.report.ReportData;
import io.halftone.cli.report.RunResult;
import io.halftone.cli.report.Summary;
import io.halftone.core.kernel.Compute;
import io.halftone.core.recipe.Recipe;
import io.halftone.core.report.Reports;
import io.halftone.core.scheme.Schemes;
import io.halftone.core.stats.Statistic;
import io.halftone.core.stats.Statistics;
import io.halftone.io.onnx.WeightForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Quantizes a real sentence encoder by many methods and shows what each costs. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Captures, calibrates and quantizes all-MiniLM-L6-v2 by the recipes of the catalogue,",
      "runs every result in ONNX Runtime, and compares them."
    })
final class DemoCommand implements Callable<Integer> {
  private static final String NAME = "all-MiniLM-L6-v2";
  private static final int CHECKED_PASSAGES = 2;

  @Mixin private Output output;
  @Mixin private ComputeOptions computeOptions;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      defaultValue = "halftone-demo",
      description = "Where the report and the best models go (default: ${DEFAULT-VALUE}).")
  private Path directory;

  @Option(
      names = "--schemes",
      paramLabel = "SCHEME",
      split = ",",
      description =
          "Weight-only schemes every recipe is run with (default: W4A16_G32; W3A16_G32 for three recipes).")
  private List<String> schemes = List.of();

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    Compute compute = computeOptions.compute();
    List<Recipe> recipes = DemoPlan.recipes(schemes);
    Files.createDirectories(directory);
    Path inputs = Files.createDirectories(directory.resolve("inputs"));
    DemoFiles files = DemoFiles.unpack(inputs);
    OnnxSource source = OnnxSource.open(files.model());
    ModelSignature signature = ModelSignature.of(source.model());
    try (ModelInputs calibrating = text(files, files.calibration(), signature);
        ModelInputs measuring = text(files, files.heldOut(), signature);
        ModelInputs checking = sample(files, signature)) {
      SiteStatistics calibration =
          collect(
              "calibrating", source, calibrating, recipes.stream().map(Recipe::requires), compute);
      SiteStatistics heldOut = collect("measuring", source, measuring, Stream.of(), compute);
      Workbench bench =
          new Workbench(
              source,
              calibration,
              heldOut,
              measuring,
              Workbench.embeddings(files.model(), measuring),
              WeightForm.MATMUL_NBITS);
      List<RunResult> results = run(bench, recipes, checking, compute);
      results.add(twin(files, bench));
      ReportData facts = facts(bench, files, recipes, results, compute, start);
      Path report = directory.resolve("report.html");
      HtmlReport.write(facts, report);
      output.print(facts, () -> printTable(facts, report));
    }
    return 0;
  }

  private static ModelInputs text(DemoFiles files, Path text, ModelSignature signature)
      throws IOException {
    return TextInputs.of(files.tokenizer(), text, signature, TextOptions.DEFAULT);
  }

  private static ModelInputs sample(DemoFiles files, ModelSignature signature) throws IOException {
    List<String> passages = Files.readAllLines(files.heldOut()).subList(0, CHECKED_PASSAGES);
    return TextInputs.of(files.tokenizer(), passages, signature, TextOptions.DEFAULT);
  }

  private SiteStatistics collect(
      String task,
      OnnxSource source,
      ModelInputs inputs,
      Stream<Set<Statistic<?>>> required,
      Compute compute)
      throws IOException {
    Set<Statistic<?>> statistics =
        Captures.union(
            Stream.concat(required, Stream.of(Reports.requires(), Set.of(Statistics.ABS_MAX))));
    return Captures.collect(
        task, source, source.graph(), inputs, statistics, compute, computeOptions.threads());
  }

  private List<RunResult> run(
      Workbench bench, List<Recipe> recipes, ModelInputs checking, Compute compute)
      throws IOException {
    List<RunResult> results = new ArrayList<>();
    try (ProgressBar bar = ProgressBars.start("recipes", recipes.size())) {
      for (Recipe recipe : recipes) {
        String scheme = Schemes.nameOf(recipe.scheme());
        bar.setExtraMessage(recipe.name() + " " + scheme);
        Path target = directory.resolve(NAME + "-" + recipe.name() + "-" + scheme + ".onnx");
        try (Workbench.Finished finished =
            bench.run(Pipeline.of(recipe, compute), checking, target)) {
          results.add(finished.result());
          if (DemoPlan.keeps(recipe)) {
            finished.staged().publish();
          }
        }
        bar.step();
      }
    }
    return results;
  }

  private static RunResult twin(DemoFiles files, Workbench bench) throws IOException {
    return new RunResult(
        "published int8 twin",
        Schemes.nameOf(Schemes.W8A8),
        Double.NaN,
        Double.NaN,
        bench.meanCosine(files.twin()),
        Double.NaN,
        Files.size(files.twin()),
        0,
        Sha256.of(files.twin()),
        Map.of(),
        List.of());
  }

  private ReportData facts(
      Workbench bench,
      DemoFiles files,
      List<Recipe> recipes,
      List<RunResult> results,
      Compute compute,
      long start)
      throws IOException {
    List<InputFile> inputs =
        List.of(
            Facts.input("model", files.model()),
            Facts.input("tokenizer", files.tokenizer()),
            Facts.input("calibration", files.calibration()),
            Facts.captured("captured from calibration", bench.calibration()),
            Facts.input("held-out", files.heldOut()),
            Facts.input("peer", files.twin()));
    Summary summary =
        new Summary(
            NAME,
            bench.source().linears().size(),
            bench.source().weightCount(),
            bench.calibration().tokens(),
            bench.heldOut().tokens(),
            (System.nanoTime() - start) / 1e9);
    return new ReportData(
        NAME + ", quantized",
        Instant.now(),
        summary,
        results,
        Facts.provenance(compute, computeOptions.threads(), inputs, recipes));
  }

  private void printTable(ReportData facts, Path report) {
    Tables.print(output, facts);
    output.line("");
    output.line(
        "%s: %d linear layers, %d calibration and %d held-out tokens; errors and cosines are on held-out text",
        facts.summary().model(),
        facts.summary().layers(),
        facts.summary().calibrationTokens(),
        facts.summary().heldOutTokens());
    output.line("done in %.0f s; open %s", facts.summary().seconds(), report.toAbsolutePath());
  }
}
